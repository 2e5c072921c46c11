/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-client.h"
#include "mainstay-sample-portal.h"
#include "ui-test.h"

typedef struct
{
  gboolean ended;
  gboolean good;
  GError *error;
  GPtrArray *apps;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_error (&answer->error);
  g_clear_pointer (&answer->apps, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Answer *answer = user_data;

  answer->good = mainstay_sample_portal_start_finish (MAINSTAY_SAMPLE_PORTAL (object), result,
                                                      &answer->error);
  answer->ended = TRUE;
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answer *answer = user_data;

  answer->apps = mainstay_client_list_apps_finish (MAINSTAY_CLIENT (object), result,
                                                   &answer->error);
  answer->ended = TRUE;
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The sample data takes its time on a busy machine. */
static void
wait_for (Answer *answer)
{
  for (int i = 0; i < 6000 && !answer->ended; i++)
    ui_test_iterate ();
  g_assert_true (answer->ended);
}

static void
test_serves (void)
{
  g_autoptr(MainstaySamplePortal) portal = mainstay_sample_portal_new ();
  g_autoptr(MainstayClient) client = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(Answer) started = { 0 };
  g_auto(Answer) listed = { 0 };
  g_autofree char *folder = NULL;

  mainstay_sample_portal_start_async (portal, NULL, started_cb, &started);
  wait_for (&started);
  g_assert_no_error (started.error);
  g_assert_true (started.good);
  g_assert_true (g_str_has_prefix (mainstay_sample_portal_get_url (portal), "http://127.0.0.1:"));
  folder = g_strdup (mainstay_sample_portal_get_folder (portal));
  g_assert_true (is_there (folder));

  client = mainstay_client_new (mainstay_sample_portal_get_url (portal),
                                mainstay_sample_portal_get_username (portal),
                                mainstay_sample_portal_get_api_key (portal), &error);
  g_assert_no_error (error);
  mainstay_client_list_apps_async (client, NULL, listed_cb, &listed);
  wait_for (&listed);
  g_assert_no_error (listed.error);
  g_assert_cmpuint (listed.apps->len, ==, 2);

  mainstay_sample_portal_stop (portal);
  ui_test_wait_until (!is_there (folder));
}

static void
test_missing_program (void)
{
  g_autoptr(MainstaySamplePortal) portal = mainstay_sample_portal_new ();
  g_autofree char *program = g_strdup (g_getenv ("MAINSTAY_PORTAL_PROGRAM"));
  g_autofree char *folder = NULL;
  g_auto(Answer) started = { 0 };

  g_setenv ("MAINSTAY_PORTAL_PROGRAM", "/nowhere/mainstay-portal", TRUE);
  mainstay_sample_portal_start_async (portal, NULL, started_cb, &started);
  folder = g_strdup (mainstay_sample_portal_get_folder (portal));
  wait_for (&started);
  g_setenv ("MAINSTAY_PORTAL_PROGRAM", program, TRUE);
  g_assert_false (started.good);
  g_assert_nonnull (started.error);
  mainstay_sample_portal_stop (portal);
  ui_test_wait_until (!is_there (folder));
}

static void
test_cancelled (void)
{
  g_autoptr(MainstaySamplePortal) portal = mainstay_sample_portal_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *folder = NULL;
  g_auto(Answer) started = { 0 };

  mainstay_sample_portal_start_async (portal, cancellable, started_cb, &started);
  folder = g_strdup (mainstay_sample_portal_get_folder (portal));
  g_cancellable_cancel (cancellable);
  wait_for (&started);
  g_assert_error (started.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mainstay_sample_portal_stop (portal);
  ui_test_wait_until (!is_there (folder));
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/sample-portal/serves", test_serves);
  g_test_add_func ("/ui/sample-portal/missing-program", test_missing_program);
  g_test_add_func ("/ui/sample-portal/cancelled", test_cancelled);
  return g_test_run ();
}
