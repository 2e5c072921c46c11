/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-upload.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-patience.h"
#include "mainstay-sha256.h"

#define UPLOADS "/api/mainstay/1/uploads"
#define PIECE_SIZE (8 * 1024 * 1024)
#define READ_SIZE (256 * 1024)
/* Tries without a single byte more; the pauses add up to about a minute. */
#define MOST_TRIES 8
#define FIRST_PAUSE 500
#define LONGEST_PAUSE 15000
#define CHECKSUM_MISMATCH 460

struct _MainstayTusUpload
{
  GObject parent_instance;

  MainstayClient *client;
  MainstayUploadSource *source;
  char *kind;
  char *location;       /* (nullable): the upload's address */
  char *id;             /* (nullable) */
  SoupMessage *message; /* (nullable): the request under way */
  MainstayTusProgress progress;
  gpointer progress_data; /* borrowed */
  gint64 offset;        /* what the portal has */
  gint64 piece;         /* length of the piece under way */
  gint64 piece_sent;
  unsigned int tries;
  unsigned int began_again : 1;
};

/* For a thread, which gets no object: it could be the last to let go of it. */
typedef struct
{
  MainstayUploadSource *source;
  gint64 offset;
  gint64 length;
} Piece;

G_DEFINE_FINAL_TYPE (MainstayTusUpload, mainstay_tus_upload, G_TYPE_OBJECT)

static void create (GTask *task);
static void ask_offset (GTask *task);
static void send_piece (GTask *task);

static void
mainstay_tus_upload_finalize (GObject *object)
{
  MainstayTusUpload *self = MAINSTAY_TUS_UPLOAD (object);

  g_clear_object (&self->client);
  g_clear_object (&self->message);
  g_clear_pointer (&self->source, mainstay_upload_source_unref);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (mainstay_tus_upload_parent_class)->finalize (object);
}

static void
mainstay_tus_upload_class_init (MainstayTusUploadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_tus_upload_finalize;
}

static void
mainstay_tus_upload_init (MainstayTusUpload *self)
{
}

static void
tell (MainstayTusUpload *self)
{
  if (self->progress != NULL)
    self->progress (self->offset + self->piece_sent, self->progress_data);
}

/* Takes @error. */
static void
fail (GTask  *task,
      GError *error)
{
  mainstay_tus_upload_terminate (g_task_get_source_object (task));
  g_task_return_error (task, error);
}

static SoupMessageHeaders *
new_request (MainstayTusUpload *self,
             const char        *method,
             const char        *url)
{
  SoupMessageHeaders *headers;

  g_clear_object (&self->message);
  self->message = mainstay_client_new_message (self->client, method, url);
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_replace (headers, "Tus-Resumable", "1.0.0");
  return headers;
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!mainstay_pause_finish (result, &error))
    fail (task, error);
  else if (self->location == NULL)
    create (task);
  else
    ask_offset (task);
}

static gboolean
can_go_on (MainstayTusUpload *self,
           const GError      *error)
{
  unsigned int status = self->message != NULL ? soup_message_get_status (self->message) : 0;

  return mainstay_error_is_transient (error) || status == SOUP_STATUS_CONFLICT ||
         status == SOUP_STATUS_LOCKED || status == CHECKSUM_MISMATCH;
}

static gboolean
is_gone (MainstayTusUpload *self)
{
  unsigned int status = soup_message_get_status (self->message);

  return self->location != NULL &&
         (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE);
}

/* Takes @error: why the last request did not do what it should. */
static void
try_again (GTask  *task,
           GError *error)
{
  MainstayTusUpload *self = g_task_get_source_object (task);

  self->piece_sent = 0;
  if (error->domain == MAINSTAY_ERROR && is_gone (self) && !self->began_again)
    {
      /* It expired there: nothing is left to go on with. */
      g_error_free (error);
      self->began_again = TRUE;
      self->offset = 0;
      g_clear_pointer (&self->location, g_free);
      g_clear_pointer (&self->id, g_free);
      tell (self);
      create (task);
      return;
    }
  if (!can_go_on (self, error) || self->tries >= MOST_TRIES)
    {
      fail (task, error);
      return;
    }
  g_debug ("The upload goes on after: %s", error->message);
  g_error_free (error);
  tell (self);
  mainstay_pause_async (MIN (FIRST_PAUSE << self->tries++, LONGEST_PAUSE),
                        g_task_get_cancellable (task), paused_cb, g_object_ref (task));
}

/* Gives -1 and an error when the answer does not tell how far the portal came. */
static gint64
read_offset (MainstayTusUpload  *self,
             GError            **error)
{
  const char *text = soup_message_headers_get_one (
    soup_message_get_response_headers (self->message), "Upload-Offset");
  guint64 offset = 0;

  if (text != NULL &&
      g_ascii_string_to_unsigned (text, 10, 0,
                                  (guint64) mainstay_upload_source_get_size (self->source),
                                  &offset, NULL))
    return (gint64) offset;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                       "The answer has no good Upload-Offset");
  return -1;
}

static void
take_offset (MainstayTusUpload *self,
             gint64             offset)
{
  if (offset > self->offset)
    self->tries = 0;
  self->offset = offset;
  self->piece_sent = 0;
  tell (self);
}

static void
offset_told_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);
  gint64 offset = body != NULL ? read_offset (self, &error) : -1;

  if (offset < 0)
    {
      try_again (task, error);
      return;
    }
  take_offset (self, offset);
  send_piece (task);
}

static void
ask_offset (GTask *task)
{
  MainstayTusUpload *self = g_task_get_source_object (task);

  new_request (self, "HEAD", self->location);
  mainstay_client_send_async (self->client, self->message, g_task_get_cancellable (task),
                              offset_told_cb, g_object_ref (task));
}

static void
piece_sent_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  gint64 before = self->offset;
  GError *error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);
  gint64 offset = body != NULL ? read_offset (self, &error) : -1;

  if (offset < 0)
    {
      try_again (task, error);
      return;
    }
  if (offset <= before || offset > before + self->piece)
    {
      fail (task, g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                                       "The portal took other bytes than were sent"));
      return;
    }
  take_offset (self, offset);
  send_piece (task);
}

static void
wrote_body_data_cb (SoupMessage  *message,
                    unsigned int  length,
                    gpointer      user_data)
{
  MainstayTusUpload *self = user_data;

  if (message != self->message)
    return;
  self->piece_sent = MIN (self->piece_sent + (gint64) length, self->piece);
  tell (self);
}

static void
set_body (MainstayTusUpload *self)
{
  g_autoptr(GInputStream) stream = mainstay_upload_source_stream (self->source, self->offset,
                                                                  self->piece);

  soup_message_set_request_body (self->message, "application/offset+octet-stream", stream,
                                 (gssize) self->piece);
}

static void
restarted_cb (SoupMessage *message,
              gpointer     user_data)
{
  MainstayTusUpload *self = user_data;

  if (message != self->message)
    return;
  self->piece_sent = 0;
  set_body (self);
}

static void
piece_ready_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *checksum = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *offset = NULL;
  SoupMessageHeaders *headers;

  if (checksum == NULL)
    {
      fail (task, error);
      return;
    }
  if (self->piece == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  offset = g_strdup_printf ("%" G_GINT64_FORMAT, self->offset);
  headers = new_request (self, "PATCH", self->location);
  soup_message_headers_replace (headers, "Upload-Offset", offset);
  soup_message_headers_replace (headers, "Upload-Checksum", checksum);
  set_body (self);
  g_signal_connect_object (self->message, "wrote-body-data", G_CALLBACK (wrote_body_data_cb), self,
                           0);
  g_signal_connect_object (self->message, "restarted", G_CALLBACK (restarted_cb), self, 0);
  mainstay_client_send_async (self->client, self->message, g_task_get_cancellable (task),
                              piece_sent_cb, g_object_ref (task));
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_clear_pointer (&piece->source, mainstay_upload_source_unref);
  g_clear_pointer (&piece, g_free);
}

static char *
work_out_checksum (Piece   *piece,
                   GError **error)
{
  g_autoptr(MainstaySha256) sum = mainstay_sha256_new ();
  g_autofree char *buffer = g_malloc (READ_SIZE);
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  g_autofree char *text = NULL;

  for (gint64 done = 0; done < piece->length;)
    {
      gsize length = (gsize) MIN (piece->length - done, READ_SIZE);

      if (!mainstay_upload_source_read (piece->source, piece->offset + done, buffer, length,
                                        error))
        return NULL;
      mainstay_sha256_update (sum, buffer, length);
      done += (gint64) length;
    }
  mainstay_sha256_output (sum, digest);
  text = g_base64_encode (digest, sizeof digest);
  return g_strconcat ("sha256 ", text, NULL);
}

static void
prepare_in_thread (GTask        *work,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Piece *piece = task_data;
  GError *error = NULL;
  g_autofree char *checksum = work_out_checksum (piece, &error);

  /* After it was read, so that what is sent is what was there all the time. */
  if (checksum != NULL && mainstay_upload_source_check (piece->source, &error))
    g_task_return_pointer (work, g_steal_pointer (&checksum), g_free);
  else
    g_task_return_error (work, error);
}

/* Also when nothing is left to send: the file must be what it was until its last byte went. */
static void
send_piece (GTask *task)
{
  MainstayTusUpload *self = g_task_get_source_object (task);
  g_autoptr(GTask) work = g_task_new (NULL, g_task_get_cancellable (task), piece_ready_cb,
                                      g_object_ref (task));
  Piece *piece = g_new0 (Piece, 1);

  self->piece = MIN (mainstay_upload_source_get_size (self->source) - self->offset, PIECE_SIZE);
  piece->source = mainstay_upload_source_ref (self->source);
  piece->offset = self->offset;
  piece->length = self->piece;
  g_task_set_source_tag (work, send_piece);
  g_task_set_task_data (work, piece, piece_free);
  g_task_run_in_thread (work, prepare_in_thread);
}

/* The API headers go along with the pieces, so they go to the portal itself or nowhere. */
static gboolean
take_location (MainstayTusUpload  *self,
               GError            **error)
{
  const char *text = soup_message_headers_get_one (
    soup_message_get_response_headers (self->message), "Location");
  g_autoptr(GUri) uri = NULL;
  g_autofree char *url = NULL;
  const char *name;

  if (text != NULL)
    uri = g_uri_parse_relative (soup_message_get_uri (self->message), text, SOUP_HTTP_URI_FLAGS,
                                NULL);
  if (uri != NULL)
    url = g_uri_to_string (uri);
  name = uri != NULL ? strrchr (g_uri_get_path (uri), '/') : NULL;
  if (name == NULL || name[1] == '\0' ||
      !mainstay_client_is_own_origin (self->client, url))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The portal gave no good place for the upload");
      return FALSE;
    }
  self->id = g_uri_unescape_string (name + 1, NULL);
  self->location = g_steal_pointer (&url);
  return TRUE;
}

static void
created_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);

  if (body == NULL)
    try_again (task, error);
  else if (!take_location (self, &error))
    fail (task, error);
  else
    send_piece (task);
}

static void
create (GTask *task)
{
  MainstayTusUpload *self = g_task_get_source_object (task);
  const char *path = mainstay_upload_source_get_path (self->source);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *name64 = g_base64_encode ((const guchar *) name, strlen (name));
  g_autofree char *kind64 = g_base64_encode ((const guchar *) self->kind, strlen (self->kind));
  g_autofree char *metadata = g_strdup_printf ("filename %s,kind %s", name64, kind64);
  g_autofree char *length = g_strdup_printf ("%" G_GINT64_FORMAT,
                                             mainstay_upload_source_get_size (self->source));
  SoupMessageHeaders *headers = new_request (self, "POST", UPLOADS);

  soup_message_headers_replace (headers, "Upload-Length", length);
  soup_message_headers_replace (headers, "Upload-Metadata", metadata);
  soup_message_headers_set_content_length (headers, 0);
  mainstay_client_send_async (self->client, self->message, g_task_get_cancellable (task),
                              created_cb, g_object_ref (task));
}

/**
 * mainstay_tus_upload_new:
 * @client: the client
 * @source: what to send
 * @kind: `database` or `files`
 *
 * Returns: (transfer full): the upload, not begun
 */
MainstayTusUpload *
mainstay_tus_upload_new (MainstayClient       *client,
                         MainstayUploadSource *source,
                         const char           *kind)
{
  MainstayTusUpload *self;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (client), NULL);
  g_return_val_if_fail (source != NULL && kind != NULL, NULL);

  self = g_object_new (MAINSTAY_TYPE_TUS_UPLOAD, NULL);
  self->client = g_object_ref (client);
  self->source = mainstay_upload_source_ref (source);
  self->kind = g_strdup (kind);
  return self;
}

/** mainstay_tus_upload_get_id: Returns: (nullable): how the API names it, once it has begun */
const char *
mainstay_tus_upload_get_id (MainstayTusUpload *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TUS_UPLOAD (self), NULL);

  return self->id;
}

/**
 * mainstay_tus_upload_run_async:
 * @self: an upload that has not begun
 * @progress: (nullable): called as bytes are sent
 * @progress_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_tus_upload_run_async (MainstayTusUpload   *self,
                               MainstayTusProgress  progress,
                               gpointer             progress_data,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (MAINSTAY_IS_TUS_UPLOAD (self));
  g_return_if_fail (self->message == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_tus_upload_run_async);
  self->progress = progress;
  self->progress_data = progress_data;
  create (task);
}

/** mainstay_tus_upload_run_finish: Returns: whether the portal has all of it */
gboolean
mainstay_tus_upload_run_finish (MainstayTusUpload  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
terminated_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);

  if (body == NULL)
    g_debug ("An upload could not be taken back: %s", error->message);
}

/** mainstay_tus_upload_terminate: Lets the portal forget it. */
void
mainstay_tus_upload_terminate (MainstayTusUpload *self)
{
  g_return_if_fail (MAINSTAY_IS_TUS_UPLOAD (self));

  if (self->location == NULL)
    return;
  new_request (self, "DELETE", self->location);
  mainstay_client_send_async (self->client, self->message, NULL, terminated_cb, NULL);
  g_clear_pointer (&self->location, g_free);
}
