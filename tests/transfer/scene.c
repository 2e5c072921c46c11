/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "scene.h"

#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "mainstay-client-private.h"
#include "mainstay-json.h"

#define ENVIRONMENT_PATH "/api/v2/apps/project/environments/environment"
#define UPLOADS_PATH "/api/mainstay/1/uploads"

static void
answer (SoupServerMessage *message,
        unsigned int       status,
        const char        *format,
        ...) G_GNUC_PRINTF (3, 4);

static void
answer (SoupServerMessage *message,
        unsigned int       status,
        const char        *format,
        ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

/* Queued when it is made, running when first asked about, then ended. */
static char *
job_members (Scene      *self,
             const char *id,
             const char *failure)
{
  int asked = GPOINTER_TO_INT (g_hash_table_lookup (self->asked, id));
  const char *state = asked == 0 ? "queued" : asked == 1 || self->never_ends ? "running"
                      : failure != NULL ? "failed" : "completed";
  const char *message = asked > 1 && failure != NULL ? failure : "";

  g_hash_table_replace (self->asked, g_strdup (id), GINT_TO_POINTER (asked + 1));
  return g_strdup_printf ("\"state\": \"%s\", \"status_message\": \"%s\", \"progress\": %s, "
                          "\"created_at\": \"2026-01-02T03:04:05.000Z\"",
                          state, message, asked == 1 ? "0.5" : "null");
}

static void
answer_snapshot (Scene             *self,
                 SoupServerMessage *message,
                 const char        *id)
{
  g_autofree char *members = job_members (self, id, self->backup_fails);

  answer (message, 200, "{\"snapshot_id\": \"%s\", %s}", id, members);
}

static void
answer_archive (Scene             *self,
                SoupServerMessage *message,
                const char        *id)
{
  g_autofree char *members = self->has_archives ? g_strdup ("\"state\": \"completed\"")
                                                : job_members (self, id, self->archive_fails);
  const char *link = g_queue_peek_head (&self->links);

  answer (message, 200, "{\"archive_id\": \"%s\", %s, \"url\": \"%s\"}", id, members,
          link != NULL && strstr (members, "completed") != NULL ? link : "");
}

static void
keep_comment (Scene             *self,
              SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr(GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr(JsonNode) root = mainstay_json_parse (g_bytes_get_data (bytes, NULL),
                                                  (gssize) g_bytes_get_size (bytes), NULL);
  const char *comment = root != NULL ? mainstay_json_get_string (json_node_get_object (root),
                                                                 "comment")
                                     : NULL;

  g_ptr_array_add (self->comments, g_strdup (comment != NULL ? comment : ""));
}

/* At once and for both sides, as when a machine goes: a shutdown leaves who sends in the belief
 * that somebody listens. */
static void
break_off (SoupServerMessage *message)
{
  struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

  connect (g_socket_get_fd (soup_server_message_get_socket (message)), &nowhere, sizeof nowhere);
}

static char *
dup_member (JsonObject *object,
            const char *name)
{
  const char *text = mainstay_json_get_string (object, name);

  return text != NULL ? g_strdup_printf ("\"%s\"", text) : g_strdup ("null");
}

static void
load_data (Scene             *self,
           SoupServerMessage *message,
           const char        *id)
{
  g_autofree char *members = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(JsonNode) body = NULL;
  g_autofree char *database = NULL;
  g_autofree char *files = NULL;

  if (self->drop_load)
    {
      self->drop_load = FALSE;
      break_off (message);
      return;
    }
  keep_comment (self, message);
  members = job_members (self, id, NULL);
  bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  body = mainstay_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                              NULL);
  database = dup_member (json_node_get_object (body), "database");
  files = dup_member (json_node_get_object (body), "files");
  g_ptr_array_add (self->loads,
                   g_strdup_printf ("{\"data_upload_id\": \"%s\", \"database\": %s, \"files\": %s, "
                                    "\"state\": \"queued\"}", id, database, files));
  if (self->lose_load)
    {
      self->lose_load = FALSE;
      break_off (message);
      return;
    }
  answer (message, 200, "{\"data_upload_id\": \"%s\", %s}", id, members);
}

static void
list_loads (Scene             *self,
            SoupServerMessage *message)
{
  g_autoptr(GString) list = g_string_new (NULL);

  if (self->no_list)
    {
      answer (message, 405, "{\"errorCode\": \"INVALID_PARAMETERS\", \"errorMessage\": \"No\"}");
      return;
    }
  for (unsigned int i = self->loads->len; i > 0; i--)
    g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "",
                            (char *) self->loads->pdata[i - 1]);
  answer (message, 200, "{\"data_uploads\": [%s], \"total\": %u, \"offset\": 0, \"limit\": 100}",
          list->str, self->loads->len);
}

static void
post_job (Scene             *self,
          SoupServerMessage *message,
          const char        *path)
{
  g_autofree char *id = g_strdup_printf ("job-%u", g_hash_table_size (self->asked));
  g_autofree char *members = NULL;

  if (self->refuse != NULL)
    answer (message, 400, "{\"errorCode\": \"%s\", \"errorMessage\": \"No\"}", self->refuse);
  else if (strcmp (path, "/snapshots") == 0)
    {
      keep_comment (self, message);
      answer_snapshot (self, message, id);
    }
  else if (g_str_has_suffix (path, "/archives"))
    answer_archive (self, message, id);
  else if (strcmp (path, "/restores") == 0)
    {
      members = job_members (self, id, NULL);
      answer (message, 200, "{\"restore_id\": \"%s\", %s}", id, members);
    }
  else
    load_data (self, message, id);
}

static void
get_job (Scene             *self,
         SoupServerMessage *message,
         const char        *path)
{
  const char *id = strrchr (path, '/') + 1;
  g_autofree char *members = NULL;

  if (strcmp (path, "/data-uploads") == 0)
    list_loads (self, message);
  else if (strstr (path, "/archives/") != NULL)
    answer_archive (self, message, id);
  else if (g_str_has_prefix (path, "/snapshots/"))
    answer_snapshot (self, message, id);
  else if (g_str_has_prefix (path, "/restores/"))
    {
      members = job_members (self, id, self->restore_fails);
      answer (message, 200, "{\"restore_id\": \"%s\", %s}", id, members);
    }
  else if (g_str_has_prefix (path, "/data-uploads/"))
    {
      members = job_members (self, id, self->load_fails);
      answer (message, 200, "{\"data_upload_id\": \"%s\", %s}", id, members);
    }
  else
    answer (message, 404, "{\"errorCode\": \"NOT_FOUND\", \"errorMessage\": \"No\"}");
}

static void
environment_cb (SoupServer        *server,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *query,
                gpointer           user_data)
{
  Scene *self = user_data;
  const char *method = soup_server_message_get_method (message);

  path += strlen (ENVIRONMENT_PATH);
  g_string_append_printf (self->log, "%s %s\n", method, path);
  if (strcmp (method, "GET") == 0 && self->drops > 0)
    {
      self->drops--;
      break_off (message);
    }
  else if (strcmp (method, "POST") == 0)
    post_job (self, message, path);
  else
    get_job (self, message, path);
}

/* The environment as it is after a restore or a load. */
static void
deploy_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Scene *self = user_data;

  g_string_append (self->log, "GET environment\n");
  answer (message, 200, "{\"EnvironmentId\": \"environment\", \"Mode\": \"Acceptance\", "
                        "\"Status\": \"Empty\", \"DataModelVersion\": \"9.9.9.9\"}");
}

static void
capabilities_cb (SoupServer        *server,
                 SoupServerMessage *message,
                 const char        *path,
                 GHashTable        *query,
                 gpointer           user_data)
{
  answer (message, 200, "{\"name\": \"Scene\", \"version\": \"1\", \"extensions\": "
                        "[\"snapshot-details\", \"files-only\", \"upload-data\"]}");
}

typedef struct
{
  Scene *scene;
  GByteArray *upload;
  gsize begin; /* of the piece */
} Piece;

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           user_data)
{
  Piece *piece = user_data;
  Scene *scene = piece->scene;
  gsize length = g_bytes_get_size (chunk);

  if (scene->break_at >= 0 && piece->upload->len + length >= (gsize) scene->break_at)
    {
      length = (gsize) MAX (scene->break_at - (gint64) piece->upload->len, 0);
      g_byte_array_append (piece->upload, g_bytes_get_data (chunk, NULL), (guint) length);
      if (!scene->always_breaks)
        scene->break_at = -1;
      break_off (message);
      g_signal_handlers_disconnect_by_data (message, piece);
      return;
    }
  if (scene->silent_at >= 0 && piece->upload->len + length >= (gsize) scene->silent_at)
    {
      length = (gsize) MAX (scene->silent_at - (gint64) piece->upload->len, 0);
      scene->silent_at = -1;
      soup_server_message_pause (message);
      g_signal_handlers_disconnect_by_data (message, piece);
    }
  g_byte_array_append (piece->upload, g_bytes_get_data (chunk, NULL), (guint) length);
}

static GByteArray *
find_upload (Scene      *self,
             const char *path)
{
  return g_hash_table_lookup (self->uploads, strrchr (path, '/') + 1);
}

/* Bytes are taken as they come, so that those before a break count. */
static void
early_upload_cb (SoupServer        *server,
                 SoupServerMessage *message,
                 const char        *path,
                 GHashTable        *query,
                 gpointer           user_data)
{
  Scene *self = user_data;
  GByteArray *upload = find_upload (self, path);
  Piece *piece;

  if (strcmp (soup_server_message_get_method (message), "PATCH") != 0 || upload == NULL ||
      self->locks > 0 || self->busy > 0)
    return;
  self->n_patches++;
  piece = g_new0 (Piece, 1);
  piece->scene = self;
  piece->upload = upload;
  piece->begin = upload->len;
  g_object_set_data_full (G_OBJECT (message), "piece", piece, g_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), piece);
}

static void
tell_offset (SoupServerMessage *message,
             GByteArray        *upload)
{
  g_autofree char *offset = g_strdup_printf ("%u", upload->len);

  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Upload-Offset", offset);
}

static void
create_upload (Scene             *self,
               SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *id = g_strdup_printf ("upload %u", g_hash_table_size (self->uploads));
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);
  g_autofree char *location = g_strconcat (UPLOADS_PATH "/", escaped, NULL);

  self->lengths += g_ascii_strtoll (soup_message_headers_get_one (headers, "Upload-Length"), NULL,
                                    10);
  g_hash_table_replace (self->metadata, g_strdup (id),
                        g_strdup (soup_message_headers_get_one (headers, "Upload-Metadata")));
  g_hash_table_replace (self->uploads, g_strdup (id), g_byte_array_new ());
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                self->location != NULL ? self->location : location);
  soup_server_message_set_status (message, 201, NULL);
}

/* Whatever it is proven by, it must be right. */
static void
check_proof (Scene        *self,
             const char   *header,
             const guint8 *bytes,
             size_t        length)
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint32 crc = GUINT32_TO_BE ((guint32) crc32 (0, bytes, (uInt) length));
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  g_autofree char *sha256 = NULL;
  g_autofree char *crc64 = g_base64_encode ((const guint8 *) &crc, sizeof crc);
  g_autofree char *expected = NULL;

  if (header == NULL)
    {
      g_string_append (self->proofs, "none ");
      return;
    }
  g_checksum_update (sum, bytes, (gssize) length);
  g_checksum_get_digest (sum, digest, &digest_length);
  sha256 = g_base64_encode (digest, digest_length);
  expected = g_str_has_prefix (header, "crc32 ") ? g_strconcat ("crc32 ", crc64, NULL)
                                                 : g_strconcat ("sha256 ", sha256, NULL);
  g_assert_cmpstr (header, ==, expected);
  g_string_append_len (self->proofs, header, strcspn (header, " ") + 1);
}

static void
patch_upload (Scene             *self,
              SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  Piece *piece = g_object_get_data (G_OBJECT (message), "piece");
  g_autofree char *begin = NULL;

  if (piece == NULL)
    {
      if (self->busy > 0)
        {
          self->busy--;
          soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                        "Retry-After", "1");
          answer (message, 429, "{}");
          return;
        }
      self->locks--;
      answer (message, 423, "{\"errorCode\": \"INVALID_STATE\", \"errorMessage\": \"No\"}");
      return;
    }
  begin = g_strdup_printf ("%" G_GSIZE_FORMAT, piece->begin);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Upload-Offset"), ==, begin);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==,
                   "application/offset+octet-stream");
  check_proof (self, soup_message_headers_get_one (headers, "Upload-Checksum"),
               piece->upload->data + piece->begin, piece->upload->len - piece->begin);
  if (self->mismatches > 0)
    {
      self->mismatches--;
      g_byte_array_set_size (piece->upload, (guint) piece->begin);
      answer (message, 460, "{\"errorCode\": \"INVALID_PARAMETERS\", \"errorMessage\": \"No\"}");
      return;
    }
  tell_offset (message, piece->upload);
  soup_server_message_set_status (message, 204, NULL);
}

static void
tell_abilities (Scene             *self,
                SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *max_size = g_strdup_printf ("%" G_GINT64_FORMAT, self->max_size);

  soup_message_headers_replace (headers, "Tus-Version", "1.0.0,0.2.2");
  soup_message_headers_replace (headers, "Tus-Max-Size", max_size);
  soup_message_headers_replace (headers, "Tus-Extension", "creation, checksum,termination");
  if (self->algorithms != NULL)
    soup_message_headers_replace (headers, "Tus-Checksum-Algorithm", self->algorithms);
  soup_server_message_set_status (message, 204, NULL);
}

static void
uploads_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Scene *self = user_data;
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GByteArray *upload = find_upload (self, path);

  g_string_append_printf (self->log, "%s upload\n", method);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Tus-Resumable"), ==,
                   strcmp (method, "OPTIONS") == 0 ? NULL : "1.0.0");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Mendix-ApiKey"), ==, SCENE_KEY);
  if (strcmp (method, "OPTIONS") == 0)
    tell_abilities (self, message);
  else if (strcmp (method, "POST") == 0)
    create_upload (self, message);
  else if (upload == NULL || (self->forget_once && strcmp (method, "HEAD") == 0))
    {
      self->forget_once = FALSE;
      soup_server_message_set_status (message, 404, NULL);
    }
  else if (strcmp (method, "PATCH") == 0)
    patch_upload (self, message);
  else if (strcmp (method, "HEAD") == 0)
    {
      tell_offset (message, upload);
      soup_server_message_set_status (message, 200, NULL);
    }
  else
    {
      g_assert_cmpstr (method, ==, "DELETE");
      self->n_terminated++;
      soup_server_message_set_status (message, 204, NULL);
    }
}

/* Asks the socket and not the server, which in libsoup 3.2 leaks each address that it tells. */
static void
start_listening (Scene *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GSList) listeners = NULL;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, ENVIRONMENT_PATH, environment_cb, self, NULL);
  soup_server_add_handler (self->server, "/api/1/apps/app/environments", deploy_cb, self, NULL);
  soup_server_add_handler (self->server, "/api/mainstay/1/capabilities", capabilities_cb, self,
                           NULL);
  soup_server_add_early_handler (self->server, UPLOADS_PATH, early_upload_cb, self, NULL);
  soup_server_add_handler (self->server, UPLOADS_PATH, uploads_cb, self, NULL);
  soup_server_listen (self->server, address, 0, &error);
  g_assert_no_error (error);
  listeners = soup_server_get_listeners (self->server);
  bound = g_socket_get_local_address (listeners->data, &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf ("http://127.0.0.1:%u",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static JsonObject *
parse (const char  *text,
       JsonNode   **root)
{
  *root = mainstay_json_parse (text, -1, NULL);
  return json_node_get_object (*root);
}

static void
make_objects (Scene *self)
{
  g_autoptr(JsonNode) app = NULL;
  g_autoptr(JsonNode) environment = NULL;
  g_autoptr(JsonNode) backup = NULL;

  self->app = mainstay_app_new_from_json (
    parse ("{\"AppId\": \"app\", \"Name\": \"App\", \"ProjectId\": \"project\", \"Url\": \"\"}",
           &app), NULL);
  self->environment = mainstay_environment_new_from_json (
    parse ("{\"EnvironmentId\": \"environment\", \"Mode\": \"Acceptance\", "
           "\"Status\": \"Stopped\"}", &environment), NULL);
  self->backup = mainstay_backup_new_from_json (
    parse ("{\"snapshot_id\": \"backup\", \"state\": \"completed\", "
           "\"created_at\": \"2026-01-02T03:04:05.000Z\"}", &backup), NULL);
  g_assert_nonnull (self->app);
  g_assert_nonnull (self->environment);
  g_assert_nonnull (self->backup);
}

void
scene_set_up (Scene         *self,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  scratch_set_up (&self->scratch, NULL);
  self->log = g_string_new (NULL);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->comments = g_ptr_array_new_with_free_func (g_free);
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_byte_array_unref);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->break_at = -1;
  self->silent_at = -1;
  self->max_size = G_GINT64_CONSTANT (1) << 40;
  self->algorithms = "sha1,sha256";
  self->proofs = g_string_new (NULL);
  self->loads = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->links);
  start_listening (self);
  self->client = mainstay_client_new (self->url, SCENE_USER, SCENE_KEY, &error);
  g_assert_no_error (error);
  mainstay_client_set_wait_scale (self->client, 0.05);
  mainstay_client_take_extensions (self->client, MAINSTAY_EXTENSION_UPLOAD_DATA |
                                                 MAINSTAY_EXTENSION_FILES_ONLY);
  make_objects (self);
  self->list = mainstay_backup_list_new (self->client, self->app, self->environment);
}

void
scene_tear_down (Scene         *self,
                 gconstpointer  data)
{
  g_clear_object (&self->list);
  g_clear_object (&self->client);
  g_clear_object (&self->app);
  g_clear_object (&self->environment);
  g_clear_object (&self->backup);
  soup_server_disconnect (self->server);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_object (&self->server);
  g_free (self->url);
  g_string_free (self->log, TRUE);
  g_string_free (self->proofs, TRUE);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->uploads);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->comments);
  g_ptr_array_unref (self->loads);
  g_queue_clear_full (&self->links, g_free);
  scratch_tear_down (&self->scratch, NULL);
}

int
scene_count (Scene      *self,
             const char *line)
{
  g_auto(GStrv) lines = g_strsplit (self->log->str, "\n", -1);
  int n = 0;

  for (char **next = lines; *next != NULL; next++)
    n += strcmp (*next, line) == 0;
  return n;
}
