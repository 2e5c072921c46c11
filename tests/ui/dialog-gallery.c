/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * Opens one dialog over a portal with made-up answers, to be looked at: not a test.
 */
#include <locale.h>
#include <stdlib.h>

#include "dialog-fixture.h"

static void
connected_cb (MainstaySession *session,
              gpointer         user_data)
{
  g_print ("Connected\n");
}

static void
present (DialogFixture *fixture,
         const char    *name,
         const char    *comment)
{
  MainstayBackup *backup = dialog_fixture_get_backup (fixture, comment);

  if (g_str_equal (name, "create"))
    mainstay_create_backup_dialog_present (fixture->window, fixture->list, fixture->operations);
  else if (g_str_equal (name, "upload"))
    mainstay_upload_data_dialog_present (fixture->window, fixture->session, fixture->list,
                                         fixture->operations);
  else if (g_str_equal (name, "restore"))
    mainstay_restore_backup_dialog_present (fixture->window, fixture->session, fixture->list,
                                            backup, fixture->operations);
  else if (g_str_equal (name, "download"))
    mainstay_download_backup_dialog_present (fixture->window, fixture->list, backup,
                                             fixture->operations);
  else if (g_str_equal (name, "delete"))
    mainstay_delete_backup_dialog_present (fixture->window, fixture->list, backup);
  else if (g_str_equal (name, "connect"))
    mainstay_connect_dialog_present (fixture->window, NULL, connected_cb, NULL);
  else if (g_str_equal (name, "key"))
    mainstay_connect_dialog_present (fixture->window,
                                     mainstay_session_get_account (fixture->session),
                                     connected_cb, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(DialogFixture) fixture = NULL;
  const char *extensions = "[\"snapshot-details\", \"files-only\", \"upload-data\", \"activity\"]";

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("Usage: %s create|upload|restore|download|delete|connect|key [ENVIRONMENT "
                  "[COMMENT [dark|documented]]]\n", argv[0]);
      return EXIT_FAILURE;
    }
  adw_init ();
  if (argc > 4 && g_str_equal (argv[4], "documented"))
    extensions = NULL;
  if (argc > 4 && g_str_equal (argv[4], "dark"))
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  fixture = dialog_fixture_new (extensions);
  fixture->archive_path = g_getenv ("GALLERY_ARCHIVE");
  if (g_getenv ("GALLERY_ARCHIVE_STATE") != NULL)
    fixture->archive_state = g_getenv ("GALLERY_ARCHIVE_STATE");
  if (argc > 2)
    dialog_fixture_choose (fixture, argv[2]);
  present (fixture, argv[1], argc > 3 ? argv[3] : "Older model");
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 1)
    g_main_context_iteration (NULL, TRUE);
  return EXIT_SUCCESS;
}
