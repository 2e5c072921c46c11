/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-test-server.h"

#include <libsoup/soup.h>

#include "mainstay-test-model.h"
#include "mainstay-test-routes.h"

struct _MainstayTestServer
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *api;
  SoupServer *links;
  char *url;

  GMutex lock;            /* for everything below */
  GCond ready;
  gboolean is_ready;
  TestModel model;
  TestRoutes routes;
  GPtrArray *faults;      /* of Fault */
  GPtrArray *requests;    /* of MainstayTestRequest */
};

typedef struct
{
  MainstayTestFault fault;
  char *method;
  char *path;
  char *content_type;
  char *body;
  char *header;
} Fault;

static void
fault_free (gpointer data)
{
  Fault *fault = data;

  g_clear_pointer (&fault->method, g_free);
  g_clear_pointer (&fault->path, g_free);
  g_clear_pointer (&fault->content_type, g_free);
  g_clear_pointer (&fault->body, g_free);
  g_clear_pointer (&fault->header, g_free);
  g_clear_pointer (&fault, g_free);
}

static void
request_free (gpointer data)
{
  MainstayTestRequest *request = data;

  g_clear_pointer (&request->method, g_free);
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request->body, g_free);
  g_clear_pointer (&request->headers, g_hash_table_unref);
  g_clear_pointer (&request, g_free);
}

static gboolean
matches (const char *method,
         const char *path,
         const char *method_wanted,
         const char *path_wanted)
{
  g_autofree char *plain = g_strndup (path, strcspn (path, "?"));

  if (method_wanted != NULL && g_strcmp0 (method_wanted, method) != 0)
    return FALSE;
  return path_wanted == NULL || g_pattern_match_simple (path_wanted, plain);
}

/* The next fault for this request, which is used up by it. */
static gboolean
take_fault (MainstayTestServer *self,
            const char         *method,
            const char         *path,
            Fault             **found)
{
  for (unsigned int i = 0; i < self->faults->len; i++)
    {
      Fault *fault = g_ptr_array_index (self->faults, i);

      if (fault->fault.times == 0 || !matches (method, path, fault->method, fault->path))
        continue;
      if (fault->fault.times > 0)
        fault->fault.times--;
      *found = fault;
      return TRUE;
    }
  return FALSE;
}

static char *
get_path (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);

  return g_uri_get_query (uri) != NULL
           ? g_strdup_printf ("%s?%s", g_uri_get_path (uri), g_uri_get_query (uri))
           : g_strdup (g_uri_get_path (uri));
}

static void
header_cb (const char *name,
           const char *value,
           gpointer    data)
{
  g_hash_table_insert (data, g_ascii_strdown (name, -1), g_strdup (value));
}

static MainstayTestRequest *
write_down (MainstayTestServer *self,
            SoupServerMessage  *message,
            gboolean            elsewhere)
{
  g_autoptr(GBytes) body =
    soup_message_body_flatten (soup_server_message_get_request_body (message));
  MainstayTestRequest *request = g_new0 (MainstayTestRequest, 1);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = get_path (message);
  request->body = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  request->elsewhere = elsewhere;
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), header_cb,
                                request->headers);
  g_ptr_array_add (self->requests, request);
  return request;
}

static void
close_connection (SoupServerMessage *message,
                  const char        *last_bytes)
{
  g_autoptr(GIOStream) stream = soup_server_message_steal_connection (message);

  if (last_bytes != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (stream), last_bytes,
                               strlen (last_bytes), NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
set_answer (SoupServerMessage *message,
            unsigned int       status,
            const char        *content_type,
            const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  if (*body != '\0')
    soup_server_message_set_response (message, content_type, SOUP_MEMORY_COPY, body,
                                      strlen (body));
}

static void
answer_fault (SoupServerMessage *message,
              Fault             *fault)
{
  if (fault->header != NULL)
    {
      g_auto(GStrv) pair = g_strsplit (fault->header, ": ", 2);

      soup_message_headers_replace (soup_server_message_get_response_headers (message), pair[0],
                                    pair[1]);
    }
  set_answer (message, fault->fault.status,
              fault->content_type != NULL ? fault->content_type : "application/json",
              fault->body != NULL ? fault->body : "");
}

static void
send_half (SoupServerMessage *message,
           TestAnswer        *answer)
{
  g_autofree char *half = g_strndup (answer->body->str, answer->body->len / 2);
  g_autofree char *text =
    g_strdup_printf ("HTTP/1.1 %u OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                     "\r\n%s", answer->status, answer->body->len, half);

  close_connection (message, text);
}

static gboolean
delay_over_cb (gpointer data)
{
  soup_server_message_unpause (data);
  return G_SOURCE_REMOVE;
}

static void
delay (MainstayTestServer *self,
       SoupServerMessage  *message,
       unsigned int        milliseconds)
{
  g_autoptr(GSource) source = g_timeout_source_new (milliseconds);

  soup_server_message_pause (message);
  g_source_set_callback (source, delay_over_cb, g_object_ref (message), g_object_unref);
  g_source_attach (source, self->context);
}

static void
answer_call (MainstayTestServer  *self,
             MainstayTestRequest *request,
             const char          *path,
             GHashTable          *query,
             TestAnswer          *answer)
{
  g_auto(GStrv) parts = g_strsplit (path + 1, "/", -1);
  unsigned int n_parts = g_strv_length (parts);
  TestCall call = { request->method, (const char *const *) parts, n_parts, query, request->body,
                    g_hash_table_lookup (request->headers, "mendix-username"),
                    g_hash_table_lookup (request->headers, "mendix-apikey") };

  if (n_parts > 0 && *parts[n_parts - 1] == '\0')
    call.n_parts--;
  test_routes_answer (&self->routes, &call, answer);
}

static void
api_cb (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  MainstayTestServer *self = data;
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr(GString) body = g_string_new (NULL);
  TestAnswer answer = { 200, body };
  MainstayTestRequest *request = write_down (self, message, FALSE);
  Fault *fault = NULL;
  gboolean faulty = take_fault (self, request->method, request->path, &fault);

  if (faulty && fault->fault.kind == MAINSTAY_FAULT_DROP)
    {
      close_connection (message, NULL);
      return;
    }
  if (faulty && fault->fault.kind == MAINSTAY_FAULT_ANSWER)
    {
      answer_fault (message, fault);
      return;
    }
  answer_call (self, request, path, query, &answer);
  if (faulty && fault->fault.kind == MAINSTAY_FAULT_LOSE)
    {
      close_connection (message, NULL);
      return;
    }
  if (faulty && fault->fault.kind == MAINSTAY_FAULT_TRUNCATE)
    {
      send_half (message, &answer);
      return;
    }
  set_answer (message, answer.status,
              *body->str == '<' ? "text/html" : "application/json", body->str);
  if (faulty)
    delay (self, message, fault->fault.delay_ms);
}

/* Object storage: a link is signed for GET, and knows nothing of API headers. */
static void
links_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           data)
{
  MainstayTestServer *self = data;
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  MainstayTestRequest *request = write_down (self, message, TRUE);
  g_auto(GStrv) parts = g_strsplit (path + 1, "/", -1);
  g_autoptr(GBytes) content = NULL;
  Fault *fault = NULL;

  if (take_fault (self, request->method, request->path, &fault))
    {
      if (fault->fault.kind == MAINSTAY_FAULT_ANSWER)
        answer_fault (message, fault);
      else
        close_connection (message, NULL);
      return;
    }
  if (!g_str_equal (request->method, "GET") || query == NULL ||
      g_hash_table_lookup (query, "X-Signature") == NULL || g_strv_length (parts) != 2)
    {
      set_answer (message, 403, "application/xml", "<Error><Code>AccessDenied</Code></Error>");
      return;
    }
  content = test_archive_new (parts[0]);
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "ETag",
                                "\"33a64df5\"");
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Accept-Ranges", "bytes");
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/octet-stream", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), content);
}

static char *
listen_on_loopback (SoupServer *server)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;
  char *url;

  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    g_error ("No port to listen on: %s", error->message);
  uris = soup_server_get_uris (server);
  url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  return url;
}

static gpointer
serve (gpointer data)
{
  MainstayTestServer *self = data;

  g_main_context_push_thread_default (self->context);
  self->api = soup_server_new ("server-header", "documented-only", NULL);
  self->links = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->api, NULL, api_cb, self, NULL);
  soup_server_add_handler (self->links, NULL, links_cb, self, NULL);
  g_mutex_lock (&self->lock);
  self->url = listen_on_loopback (self->api);
  self->model.archive_origin = listen_on_loopback (self->links);
  self->is_ready = TRUE;
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);
  soup_server_disconnect (self->api);
  soup_server_disconnect (self->links);
  g_clear_object (&self->api);
  g_clear_object (&self->links);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/** mainstay_test_server_new: Returns: (transfer full): a server that listens */
MainstayTestServer *
mainstay_test_server_new (void)
{
  MainstayTestServer *self = g_new0 (MainstayTestServer, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  test_model_init (&self->model);
  self->routes.model = &self->model;
  self->faults = g_ptr_array_new_with_free_func (fault_free);
  self->requests = g_ptr_array_new_with_free_func (request_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("test-server", serve, self);
  g_mutex_lock (&self->lock);
  while (!self->is_ready)
    g_cond_wait (&self->ready, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/** mainstay_test_server_free: Stops it and waits for its thread. */
void
mainstay_test_server_free (MainstayTestServer *self)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->faults, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_pointer (&self->url, g_free);
  test_model_clear (&self->model);
  g_cond_clear (&self->ready);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self, g_free);
}

const char *
mainstay_test_server_get_url (MainstayTestServer *self)
{
  return self->url;
}

const char *
mainstay_test_server_get_archive_url (MainstayTestServer *self)
{
  return self->model.archive_origin;
}

void
mainstay_test_server_add_fault (MainstayTestServer      *self,
                                const MainstayTestFault *fault)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Fault *copy = g_new0 (Fault, 1);

  copy->fault = *fault;
  copy->fault.times = fault->times == 0 ? 1 : fault->times;
  copy->method = g_strdup (fault->method);
  copy->path = g_strdup (fault->path);
  copy->content_type = g_strdup (fault->content_type);
  copy->body = g_strdup (fault->body);
  copy->header = g_strdup (fault->header);
  g_ptr_array_add (self->faults, copy);
}

void
mainstay_test_server_clear_faults (MainstayTestServer *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_set_size (self->faults, 0);
}

GPtrArray *
mainstay_test_server_dup_requests (MainstayTestServer *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GPtrArray *copies = g_ptr_array_new_with_free_func (request_free);

  for (unsigned int i = 0; i < self->requests->len; i++)
    {
      MainstayTestRequest *request = g_ptr_array_index (self->requests, i);
      MainstayTestRequest *copy = g_new0 (MainstayTestRequest, 1);

      copy->method = g_strdup (request->method);
      copy->path = g_strdup (request->path);
      copy->body = g_strdup (request->body);
      copy->headers = g_hash_table_ref (request->headers);
      copy->elsewhere = request->elsewhere;
      g_ptr_array_add (copies, copy);
    }
  return copies;
}

unsigned int
mainstay_test_server_count (MainstayTestServer *self,
                            const char         *method,
                            const char         *path)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  unsigned int count = 0;

  for (unsigned int i = 0; i < self->requests->len; i++)
    {
      MainstayTestRequest *request = g_ptr_array_index (self->requests, i);

      if (matches (request->method, request->path, method, path))
        count++;
    }
  return count;
}

void
mainstay_test_server_forget_requests (MainstayTestServer *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_set_size (self->requests, 0);
}

void
mainstay_test_server_set_job_ms (MainstayTestServer *self,
                                 unsigned int        milliseconds)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->model.job_ms = milliseconds;
}

void
mainstay_test_server_set_job_failure (MainstayTestServer *self,
                                      const char         *message)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_pointer (&self->model.job_failure, g_free);
  self->model.job_failure = g_strdup (message);
}

void
mainstay_test_server_set_all_at_once (MainstayTestServer *self,
                                      gboolean            all_at_once)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->routes.all_at_once = all_at_once;
}

void
mainstay_test_server_set_ignore_offset (MainstayTestServer *self,
                                        gboolean            ignore)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->routes.ignore_offset = ignore;
}

void
mainstay_test_server_set_largest_page (MainstayTestServer *self,
                                       unsigned int        largest)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->routes.largest_page = largest;
}

void
mainstay_test_server_seed (MainstayTestServer *self,
                           const char         *environment_id,
                           unsigned int        count,
                           gint64              newest_ms)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  test_environment_seed (test_model_find_environment (&self->model, environment_id), count,
                         newest_ms);
}

char *
mainstay_test_server_seed_id (unsigned int index)
{
  return test_seed_id (index);
}

unsigned int
mainstay_test_server_count_backups (MainstayTestServer *self,
                                    const char         *environment_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return test_model_find_environment (&self->model, environment_id)->snapshots->len;
}

gboolean
mainstay_test_server_has_backup (MainstayTestServer *self,
                                 const char         *environment_id,
                                 const char         *backup_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  TestEnvironment *environment = test_model_find_environment (&self->model, environment_id);

  return test_model_find_job (environment->snapshots, backup_id, NULL) != NULL;
}

void
mainstay_test_server_remove_backup (MainstayTestServer *self,
                                    const char         *environment_id,
                                    const char         *backup_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  TestEnvironment *environment = test_model_find_environment (&self->model, environment_id);
  unsigned int position;

  if (test_model_find_job (environment->snapshots, backup_id, &position) != NULL)
    g_ptr_array_remove_index (environment->snapshots, position);
}

char *
mainstay_test_server_dup_comment (MainstayTestServer *self,
                                  const char         *environment_id,
                                  const char         *backup_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  TestEnvironment *environment = test_model_find_environment (&self->model, environment_id);
  TestJob *job = test_model_find_job (environment->snapshots, backup_id, NULL);

  return job != NULL ? g_strdup (job->comment) : NULL;
}

unsigned int
mainstay_test_server_count_restores (MainstayTestServer *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  unsigned int count = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (self->model.environments); i++)
    count += self->model.environments[i].restores->len;
  return count;
}

void
mainstay_test_server_set_status (MainstayTestServer *self,
                                 const char         *environment_id,
                                 const char         *status)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  TestEnvironment *environment = test_model_find_environment (&self->model, environment_id);

  environment->status = g_intern_string (status);
  environment->changes_at = 0;
}
