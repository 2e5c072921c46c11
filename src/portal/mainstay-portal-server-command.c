/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-server.h"

#define TICK_SECONDS 60

typedef struct
{
  char *data;
  char *listen;
  gboolean exit_with_parent;
  gboolean quiet;
} Options;

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->data, g_free);
  g_clear_pointer (&options->listen, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (int       argc,
               char    **argv,
               Options  *options,
               GError  **error)
{
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &options->data, "Folder with the portal's data",
      "DIR" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &options->listen,
      "Loopback address and port, 127.0.0.1:0 by default; port 0 takes a free one",
      "ADDRESS:PORT" },
    { "exit-with-parent", 0, 0, G_OPTION_ARG_NONE, &options->exit_with_parent,
      "End when the program that started this one ends", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "Write no line for each request", NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);

  g_set_prgname ("mainstay-portal serve");
  g_option_context_set_summary (context, "Answers the portal's API over HTTP.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (options->data == NULL || argc > 1)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           options->data == NULL ? "--data is missing" : "Too many arguments");
      return FALSE;
    }
  return TRUE;
}

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  const Options *options = user_data;
  g_autofree char *text = NULL;

  if ((level & G_LOG_LEVEL_DEBUG) != 0 || (options->quiet && (level & G_LOG_LEVEL_INFO) != 0))
    return g_log_writer_default (level, fields, n_fields, NULL);
  text = g_log_writer_format_fields (level, fields, n_fields, FALSE);
  fprintf (stderr, "%s\n", text);
  return G_LOG_WRITER_HANDLED;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

/* The signal comes when the parent's thread ends that started this program; that it had ended
 * before the signal was asked for shows in the parent's id. */
static gboolean
follow_parent (void)
{
  pid_t parent = getppid ();

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  return getppid () == parent && parent != 1;
}

static void
tick_work (gpointer data)
{
  mainstay_portal_tick (data);
}

static gboolean
tick_cb (gpointer user_data)
{
  MainstayPortalServer *server = user_data;

  mainstay_portal_server_run (server, tick_work, mainstay_portal_server_get_portal (server));
  return G_SOURCE_CONTINUE;
}

static gboolean
serve (Options  *options,
       GError  **error)
{
  g_autoptr(MainstayPortal) portal = NULL;
  g_autoptr(MainstayPortalServer) server = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint sources[3];

  portal = mainstay_portal_open (options->data, MAINSTAY_PORTAL_DEFAULT, error);
  if (portal == NULL)
    return FALSE;
  server = mainstay_portal_server_new (portal);
  if (!mainstay_portal_server_listen (
        server, options->listen != NULL ? options->listen : "127.0.0.1:0", error))
    return FALSE;
  sources[0] = g_unix_signal_add (SIGTERM, quit_cb, loop);
  sources[1] = g_unix_signal_add (SIGINT, quit_cb, loop);
  sources[2] = g_timeout_add_seconds (TICK_SECONDS, tick_cb, server);
  printf ("Listening on %s\n", mainstay_portal_server_get_origin (server));
  fflush (stdout);
  tick_cb (server);
  g_main_loop_run (loop);
  mainstay_portal_server_stop (server);
  mainstay_portal_shutdown (portal);
  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  return TRUE;
}

/** mainstay_portal_command_serve: */
int
mainstay_portal_command_serve (int    argc,
                               char **argv)
{
  g_auto(Options) options = { NULL };
  g_autoptr(GError) error = NULL;

  if (!parse_options (argc, argv, &options, &error))
    {
      fprintf (stderr, "mainstay-portal serve: %s\n", error->message);
      return 2;
    }
  g_log_set_writer_func (write_log, &options, NULL);
  signal (SIGPIPE, SIG_IGN);
  if (options.exit_with_parent && !follow_parent ())
    return 0;
  if (!serve (&options, &error))
    {
      fprintf (stderr, "mainstay-portal serve: %s\n", error->message);
      return 1;
    }
  return 0;
}
