/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* upload-peer FILE: sends it to the portal that the environment variables name, as an upload that
 * is taken back at the end; to be measured beside others. */

#include <stdlib.h>

#include "mainstay-tus-upload.h"

typedef struct
{
  GMainLoop *loop;
  MainstayClient *client;
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
terminated_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  Peer *peer = user_data;

  mainstay_tus_upload_terminate_finish (peer->client, result);
  g_main_loop_quit (peer->loop);
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  MainstayTusUpload *upload = MAINSTAY_TUS_UPLOAD (object);
  Peer *peer = user_data;
  g_autoptr(GError) error = NULL;

  if (!mainstay_tus_upload_run_finish (upload, result, &error))
    fail (peer, error);
  mainstay_tus_upload_terminate_async (peer->client, mainstay_tus_upload_get_id (upload),
                                       terminated_cb, peer);
}

static void
ignore_change (MainstayTusUpload *upload,
               gpointer           user_data)
{
}

static int
upload (Peer                 *peer,
        MainstayUploadSource *source)
{
  g_autoptr(MainstayTusUpload) upload =
    mainstay_tus_upload_new (peer->client, source, "files", NULL);

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
  peer.client = client;
  return upload (&peer, source);
}
