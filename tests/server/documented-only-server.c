/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib-unix.h>
#include <stdlib.h>

#include "mainstay-test-server.h"
#include "mainstay-time.h"

/* The documented-only server as a program, for a person or a whole application to look at. */

static int backups = 40;
static int job_ms = 3000;
static gboolean all_at_once;

static const GOptionEntry entries[] = {
  { "backups", 0, 0, G_OPTION_ARG_INT, &backups, "Backups in the environment Test", "N" },
  { "job-ms", 0, 0, G_OPTION_ARG_INT, &job_ms, "How long a job takes", "MS" },
  { "all-at-once", 0, 0, G_OPTION_ARG_NONE, &all_at_once, "Answer lists as a whole", NULL },
  { NULL },
};

static gboolean
terminated_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GOptionContext) options = g_option_context_new (NULL);
  g_autoptr(MainstayTestServer) server = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  server = mainstay_test_server_new ();
  mainstay_test_server_set_job_ms (server, (unsigned int) MAX (job_ms, 0));
  mainstay_test_server_set_all_at_once (server, all_at_once);
  mainstay_test_server_seed (server, MAINSTAY_TEST_ENVIRONMENT, (unsigned int) MAX (backups, 0),
                             mainstay_time_now () - 60 * 60 * 1000);
  mainstay_test_server_seed (server, MAINSTAY_ACCEPTANCE_ENVIRONMENT, 5,
                             mainstay_time_now () - 2 * 60 * 60 * 1000);
  g_print ("Mendix-Username: %s\nMendix-ApiKey: %s\nListening on %s\n", MAINSTAY_TEST_USERNAME,
           MAINSTAY_TEST_API_KEY, mainstay_test_server_get_url (server));
  g_unix_signal_add (SIGTERM, terminated_cb, loop);
  g_unix_signal_add (SIGINT, terminated_cb, loop);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
