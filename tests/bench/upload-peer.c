/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* upload-peer FILE: sends it to the portal that the environment variables name and prints how the
 * API names the upload, which stays there; to be measured beside others. */

#include <stdio.h>
#include <stdlib.h>

#include "mainstay-tus-upload.h"

typedef struct
{
  GMainLoop *loop;
  int status;
} Peer;

static void
fail (Peer   *peer,
      GError *error)
{
  g_printerr ("upload-peer: %s\n", error->message);
  peer->status = EXIT_FAILURE;
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  MainstayTusUpload *upload = MAINSTAY_TUS_UPLOAD (object);
  Peer *peer = user_data;
  g_autoptr(GError) error = NULL;

  if (mainstay_tus_upload_run_finish (upload, result, &error))
    printf ("%s\n", mainstay_tus_upload_get_id (upload));
  else
    fail (peer, error);
  g_main_loop_quit (peer->loop);
}

static void
ignore_change (MainstayTusUpload *upload,
               gpointer           user_data)
{
}

static int
upload (Peer                 *peer,
        MainstayClient       *client,
        MainstayUploadSource *source)
{
  g_autoptr(MainstayTusUpload) upload = mainstay_tus_upload_new (client, source, "files", NULL);

  mainstay_tus_upload_run_async (upload, ignore_change, NULL, NULL, ran_cb, peer);
  g_main_loop_run (peer->loop);
  return peer->status;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(MainstayClient) client = NULL;
  g_autoptr(MainstayUploadSource) source = NULL;
  g_autoptr(GError) error = NULL;
  Peer peer = { .loop = loop };

  if (argc != 2)
    g_error ("Usage: upload-peer FILE");
  client = mainstay_client_new (g_getenv ("MAINSTAY_PORTAL_URL"), g_getenv ("MAINSTAY_USERNAME"),
                                g_getenv ("MAINSTAY_API_KEY"), &error);
  source = client != NULL ? mainstay_upload_source_new (argv[1], NULL, &error) : NULL;
  if (source == NULL)
    {
      fail (&peer, error);
      return peer.status;
    }
  return upload (&peer, client, source);
}
