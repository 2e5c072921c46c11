/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mainstay-portal-commands.h"
#include "mainstay-portal-public-url.h"
#include "mainstay-portal-server.h"

#define TICK_SECONDS 60

/* What comes with a program is often too few for many connections. */
#define OPEN_FILES 16384

#define REQUESTS_PER_MINUTE 600
#define MOST_REQUESTS 1000000
#define JOBS 4
#define MOST_JOBS 64

typedef struct
{
  char *data;
  char *listen;
  char *certificate;
  char *key;
  char *public_url;
  char *public_origin; /* (nullable): of that */
  int requests;
  int jobs;
  gboolean exit_with_parent;
  gboolean quiet;
} Options;

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->data, g_free);
  g_clear_pointer (&options->listen, g_free);
  g_clear_pointer (&options->certificate, g_free);
  g_clear_pointer (&options->key, g_free);
  g_clear_pointer (&options->public_url, g_free);
  g_clear_pointer (&options->public_origin, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_options (const Options  *options,
               int             argc,
               GError        **error)
{
  const char *wrong = NULL;

  if (options->data == NULL)
    wrong = "--data is missing";
  else if (argc > 1)
    wrong = "Too many arguments";
  else if ((options->certificate == NULL) != (options->key == NULL))
    wrong = "--tls-certificate and --tls-key belong together";
  else if (options->requests < 0 || options->requests > MOST_REQUESTS)
    wrong = "--requests-per-minute is out of range";
  else if (options->jobs < 1 || options->jobs > MOST_JOBS)
    wrong = "--jobs is out of range";
  if (wrong != NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, wrong);
  return wrong == NULL;
}

static gboolean
read_public_url (Options  *options,
                 GError  **error)
{
  if (options->public_url != NULL)
    options->public_origin = mainstay_portal_public_url_parse (options->public_url, error);
  return options->public_url == NULL || options->public_origin != NULL;
}

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
      "Address and port, 127.0.0.1:0 by default; port 0 takes a free one. Without TLS only a"
      " loopback address", "ADDRESS:PORT" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
      "Certificate in PEM format, those between it and the root after it; SIGHUP reads it again",
      "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options->key, "Its key in PEM format", "FILE" },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &options->public_url,
      "Where clients reach the portal through a proxy that speaks TLS for it, for the links that it"
      " makes: https://HOST[:PORT], without a path. By default they are to the host that a client"
      " asks", "URL" },
    { "requests-per-minute", 0, 0, G_OPTION_ARG_INT, &options->requests,
      "What one user may ask for, and one address without a key (600); 0 for no limit", "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &options->jobs,
      "Backups, restores and uploads that run at once (4); others wait", "N" },
    { "exit-with-parent", 0, 0, G_OPTION_ARG_NONE, &options->exit_with_parent,
      "End when the program that started this one ends", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "Write no line for each request", NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);

  g_set_prgname ("mainstay-portal serve");
  g_option_context_set_summary (context, "Answers the portal's API over HTTP, or with a"
                                " certificate over HTTPS, and makes the nightly backups.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error) &&
         check_options (options, argc, error) && read_public_url (options, error);
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

typedef struct
{
  MainstayPortalServer *server; /* borrowed */
  const Options *options;
} Certificate;

static gboolean
read_certificate (const Certificate  *self,
                  GError            **error)
{
  return self->options->certificate == NULL ||
         mainstay_portal_server_set_tls (self->server, self->options->certificate,
                                         self->options->key, error);
}

/* Two small files, as at the start: connections to come can only wait for them. */
static gboolean
read_certificate_cb (gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!read_certificate (user_data, &error))
    g_message ("The certificate stays as it was. %s", error->message);
  return G_SOURCE_CONTINUE;
}

static void
raise_file_limit (void)
{
  struct rlimit files;

  if (getrlimit (RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= OPEN_FILES)
    return;
  files.rlim_cur = MIN (files.rlim_max, OPEN_FILES);
  setrlimit (RLIMIT_NOFILE, &files);
}

static void
run (MainstayPortalServer *server,
     Certificate          *certificate)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const guint sources[] = {
    g_unix_signal_add (SIGTERM, quit_cb, loop),
    g_unix_signal_add (SIGINT, quit_cb, loop),
    g_unix_signal_add (SIGHUP, read_certificate_cb, certificate),
    g_timeout_add_seconds (TICK_SECONDS, tick_cb, server),
  };

  printf ("Listening on %s\n", mainstay_portal_server_get_origin (server));
  fflush (stdout);
  tick_cb (server);
  g_main_loop_run (loop);
  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
}

static gboolean
serve (Options  *options,
       GError  **error)
{
  g_autoptr(MainstayPortal) portal = NULL;
  g_autoptr(MainstayPortalServer) server = NULL;
  Certificate certificate = { NULL, options };

  portal = mainstay_portal_open (options->data, MAINSTAY_PORTAL_DEFAULT, error);
  if (portal == NULL)
    return FALSE;
  mainstay_portal_set_jobs (portal, (unsigned int) options->jobs);
  server = mainstay_portal_server_new (portal);
  mainstay_portal_server_set_public_origin (server, options->public_origin);
  mainstay_portal_server_set_requests_per_minute (server, (unsigned int) options->requests);
  certificate.server = server;
  if (!read_certificate (&certificate, error) ||
      !mainstay_portal_server_listen (
        server, options->listen != NULL ? options->listen : "127.0.0.1:0", error))
    return FALSE;
  run (server, &certificate);
  mainstay_portal_server_stop (server);
  mainstay_portal_shutdown (portal);
  return TRUE;
}

/** mainstay_portal_command_serve: */
int
mainstay_portal_command_serve (int    argc,
                               char **argv)
{
  g_auto(Options) options = { .requests = REQUESTS_PER_MINUTE, .jobs = JOBS };
  g_autoptr(GError) error = NULL;

  if (!parse_options (argc, argv, &options, &error))
    {
      fprintf (stderr, "mainstay-portal serve: %s\n", error->message);
      return 2;
    }
  g_log_set_writer_func (write_log, &options, NULL);
  signal (SIGPIPE, SIG_IGN);
  raise_file_limit ();
  if (options.exit_with_parent && !follow_parent ())
    return 0;
  if (!serve (&options, &error))
    {
      fprintf (stderr, "mainstay-portal serve: %s\n", error->message);
      return 1;
    }
  return 0;
}
