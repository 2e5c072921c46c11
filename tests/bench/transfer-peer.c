/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-download-engine.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The download engine as a program, to be measured beside others: URL FILE [--verify]
 * [--connections=N] [--chatty]. Prints one line of JSON. */

typedef struct
{
  GMainLoop *loop;
  MainstayDownloadEngine *engine;
  const char *url;
  unsigned int most_seen; /* connections at once */
  gboolean chatty;
  int status;
} Peer;

static void
link_needed_cb (Peer *peer)
{
  mainstay_download_engine_give_link (peer->engine, peer->url, NULL);
}

static void
changed_cb (Peer *peer)
{
  unsigned int connections = mainstay_download_engine_get_connections (peer->engine);

  peer->most_seen = MAX (peer->most_seen, connections);
  if (peer->chatty)
    g_printerr ("%.3f s: %.1f MiB, proved %.2f, %u connections\n",
                (double) g_get_monotonic_time () / 1e6,
                (double) mainstay_download_engine_get_done (peer->engine) / 1048576,
                mainstay_download_engine_get_proved (peer->engine), connections);
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Peer *peer = user_data;
  g_autoptr(GError) error = NULL;

  if (!mainstay_download_engine_run_finish (peer->engine, result, &error))
    {
      g_printerr ("transfer-peer: %s\n", error->message);
      peer->status = EXIT_FAILURE;
    }
  g_main_loop_quit (peer->loop);
}

/* KiB. Not by getrusage(), which also counts what the parent had before this program was loaded. */
static guint64
get_peak (void)
{
  g_autofree char *status = NULL;
  const char *peak;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  peak = status != NULL ? strstr (status, "VmHWM:") : NULL;
  return peak != NULL ? g_ascii_strtoull (peak + strlen ("VmHWM:"), NULL, 10) : 0;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(MainstayPartJournal) about = mainstay_part_journal_new ();
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(MainstayDownloadEngine) engine = NULL;
  g_autofree char *path = NULL;
  Peer peer = { .loop = loop };
  gboolean verifies = FALSE;
  int most = 0;
  gint64 begin = g_get_monotonic_time ();
  guint64 idle;

  setlocale (LC_ALL, "");
  if (argc < 3)
    {
      g_printerr ("transfer-peer URL FILE [--verify] [--connections=N] [--chatty]\n");
      return 2;
    }
  for (int i = 3; i < argc; i++)
    {
      verifies |= strcmp (argv[i], "--verify") == 0;
      peer.chatty |= strcmp (argv[i], "--chatty") == 0;
      if (g_str_has_prefix (argv[i], "--connections="))
        most = atoi (strchr (argv[i], '=') + 1);
    }
  path = g_canonicalize_filename (argv[2], NULL);
  engine = mainstay_download_engine_new (path, MAINSTAY_FILE_UNKNOWN, about);
  peer.url = argv[1];
  peer.engine = engine;
  mainstay_download_engine_set_verifies (engine, verifies);
  if (most > 0)
    mainstay_download_engine_set_most_connections (engine, (unsigned int) most);
  g_signal_connect_swapped (engine, "link-needed", G_CALLBACK (link_needed_cb), &peer);
  g_signal_connect_swapped (engine, "changed", G_CALLBACK (changed_cb), &peer);
  idle = get_peak ();
  mainstay_download_engine_run_async (engine, NULL, ran_cb, &peer);
  g_main_loop_run (loop);
  g_print ("{\"seconds\": %.3f, \"bytes\": %" G_GINT64_FORMAT ", \"connections\": %u, "
           "\"retries\": %u, \"idle_kib\": %" G_GUINT64_FORMAT ", \"peak_kib\": %"
           G_GUINT64_FORMAT "}\n",
           (double) (g_get_monotonic_time () - begin) / 1e6,
           mainstay_download_engine_get_done (engine), peer.most_seen,
           mainstay_download_engine_get_retries (engine), idle, get_peak ());
  return peer.status;
}
