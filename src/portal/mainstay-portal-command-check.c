/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <stdio.h>

#include "mainstay-portal-check.h"
#include "mainstay-portal-commands.h"

static int
print_report (const MainstayPortalCheckReport *report,
              gboolean                         read_data)
{
  for (unsigned int i = 0; i < report->damage->len; i++)
    printf ("Damaged: %s\n", (const char *) g_ptr_array_index (report->damage, i));
  for (unsigned int i = 0; i < report->backups->len; i++)
    printf ("Affected: backup %s\n", (const char *) g_ptr_array_index (report->backups, i));
  printf ("%u backups, %u packs and %" G_GINT64_FORMAT " contents were checked%s: ",
          report->n_backups, report->n_packs, report->n_contents,
          read_data ? ", each byte of them" : "");
  if (report->damage->len == 0 && report->backups->len == 0)
    {
      printf ("nothing is damaged\n");
      return 0;
    }
  printf ("%u backups are affected by damage\n", report->backups->len);
  return 1;
}

int
mainstay_portal_command_check (int    argc,
                               char **argv)
{
  g_autofree char *data = NULL;
  gboolean read_data = FALSE;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "The portal's data folder", "DIR" },
    { "read-data", 0, 0, G_OPTION_ARG_NONE, &read_data, "Read every byte that is stored", NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_auto(MainstayPortalCheckReport) report = { 0 };
  g_autoptr(GError) error = NULL;

  g_set_prgname ("mainstay-portal check");
  g_option_context_set_summary (
    context, "Check everything that is stored, and say which backups are affected by damage."
             " A portal may be running on the folder meanwhile. The exit code is 1 for damage.");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "mainstay-portal: %s\n", error->message);
      return 2;
    }
  if (data == NULL || argc > 1)
    {
      fprintf (stderr, "mainstay-portal: --data DIR is needed\n");
      return 2;
    }
  if (!mainstay_portal_check (data, read_data, &report, &error))
    {
      fprintf (stderr, "mainstay-portal: %s\n", error->message);
      return 1;
    }
  return print_report (&report, read_data);
}
