/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-request.h"

#include "mainstay-answer.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-late-cancellable.h"
#include "mainstay-time.h"

/* A body is gathered in blocks: one buffer that grows would be copied again and again, on the main
 * loop. */
#define BLOCK_SIZE (256u * 1024)
/* An answer that lists 100,000 backups with all their details has about half of this. */
#define LARGEST_ANSWER (128u * 1024 * 1024)
/* Who has an error to tell needs no more. */
#define LARGEST_ERROR (64u * 1024)

static void try_once (GTask *task);
static void read_more (GTask *task);

/**
 * mainstay_request_new:
 * @method: (transfer none): static
 * @path: (transfer full): below the account's address
 * @build: makes the result
 * @free_result: (nullable): frees one
 * @policy: (transfer none): static
 *
 * Returns: (transfer full): a request
 */
MainstayRequest *
mainstay_request_new (const char                *method,
                      char                      *path,
                      MainstayBuildFunc          build,
                      GDestroyNotify             free_result,
                      const MainstayRetryPolicy *policy)
{
  MainstayRequest *request = g_new0 (MainstayRequest, 1);

  request->method = method;
  request->path = path;
  request->build = build;
  request->free_result = free_result;
  request->policy = policy;
  request->total = -1;
  return request;
}

static void
forget_try (MainstayRequest *request)
{
  g_clear_object (&request->message);
  g_clear_object (&request->stream);
  g_clear_pointer (&request->blocks, g_ptr_array_unref);
  request->length = 0;
}

static void
request_free (gpointer data)
{
  MainstayRequest *request = data;

  forget_try (request);
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request->body, g_free);
  g_clear_pointer (&request, g_free);
}

/** mainstay_request_of: Returns: (transfer none): the request that @result is of */
MainstayRequest *
mainstay_request_of (GAsyncResult *result)
{
  return g_task_get_task_data (G_TASK (result));
}

static gboolean
wait_over_cb (gpointer data)
{
  GTask *task = data;
  GSourceFunc callback = (GSourceFunc) g_object_get_data (G_OBJECT (task), "after-wait");

  if (!g_task_return_error_if_cancelled (task))
    callback (task);
  return G_SOURCE_REMOVE;
}

void
mainstay_request_wait (GTask       *task,
                       gint64       milliseconds,
                       GSourceFunc  callback)
{
  g_autoptr(GSource) source = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);

  source = g_timeout_source_new ((unsigned int) CLAMP (milliseconds, 0, G_MAXINT));
  if (cancellable != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_object_set_data (G_OBJECT (task), "after-wait", (gpointer) callback);
  g_task_attach_source (task, source, wait_over_cb);
}

static gboolean
try_again_cb (gpointer data)
{
  try_once (data);
  return G_SOURCE_REMOVE;
}

static gint64
get_retry_after (MainstayRequest *request)
{
  if (request->message == NULL || request->status == 0)
    return -1;
  return mainstay_retry_parse_after (
    soup_message_headers_get_one (soup_message_get_response_headers (request->message),
                                  "Retry-After"),
    mainstay_time_now ());
}

/* A gateway that gave up waiting does not know either what became of the request. */
static gboolean
is_lost (MainstayRequest *request,
         const GError    *error)
{
  if (request->status == 0)
    return request->sent;
  return g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT) ||
         (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY) &&
          (request->status == 502 || request->status == 504));
}

static void
fail_try (GTask        *task,
          const GError *cause)
{
  MainstayClient *client = g_task_get_source_object (task);
  MainstayRequest *request = g_task_get_task_data (task);
  g_autoptr(GError) error = mainstay_client_own_error (client, cause);
  MainstayAttempt attempt = { error, request->status, is_lost (request, error),
                              get_retry_after (request), request->tries,
                              (g_get_monotonic_time () - request->began_at) / 1000 };
  gint64 delay = mainstay_retry_delay (request->policy, &attempt, g_random_double ());

  if (attempt.lost)
    request->lost = TRUE;
  if (request->gone_is_good && request->tries > 1 &&
      g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND))
    {
      g_task_return_pointer (task, GINT_TO_POINTER (TRUE), NULL);
      return;
    }
  forget_try (request);
  if (delay < 0)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_debug ("%s %s: %s; again in %" G_GINT64_FORMAT " ms", request->method, request->path,
           error->message, delay);
  mainstay_request_wait (task,
                         attempt.retry_after_ms >= 0 ? delay
                                                     : mainstay_client_scale_wait (client, delay),
                         try_again_cb);
}

/* Gives each block back as soon as it is copied. */
static GBytes *
join_blocks (MainstayRequest *request)
{
  size_t length = request->length;
  char *body = g_malloc (length + 1);

  for (size_t done = 0; done < length; done += BLOCK_SIZE)
    {
      void **block = &request->blocks->pdata[done / BLOCK_SIZE];

      memcpy (body + done, *block, MIN (BLOCK_SIZE, length - done));
      g_clear_pointer (block, g_free);
    }
  return g_bytes_new_take (body, length);
}

static void
build_in_thread (GTask        *build,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  MainstayRequest *request = task_data;
  g_autoptr(GBytes) body = join_blocks (request);
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;
  gpointer result = NULL;

  if (mainstay_answer_read (request->status, body, &root, &error))
    result = request->build (request, root, &error);
  if (error != NULL)
    g_task_return_error (build, g_steal_pointer (&error));
  else
    g_task_return_pointer (build, result, request->free_result);
}

static void
built_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  MainstayRequest *request = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  gpointer built = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    {
      fail_try (task, error);
      return;
    }
  forget_try (request);
  g_task_return_pointer (task, built, request->free_result);
}

/* Parsing a long list takes longer than a frame. */
static void
build_result (GTask *task)
{
  /* Not of the client: the thread lets go of its task a moment after the answer is taken, and must
   * not be the one who holds a client last. */
  g_autoptr(GTask) build = g_task_new (NULL, g_task_get_cancellable (task), built_cb,
                                       g_object_ref (task));

  g_task_set_source_tag (build, build_result);
  /* The request lives as long as the outer task, which the callback holds. */
  g_task_set_task_data (build, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (build, build_in_thread);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  MainstayRequest *request = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (size < 0)
    {
      fail_try (task, error);
      return;
    }
  request->length += (size_t) size;
  if (request->status >= 300 && request->length > LARGEST_ERROR)
    {
      request->length = 0;
      size = 0;
    }
  if (size == 0)
    build_result (task);
  else if (request->length > LARGEST_ANSWER)
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                             "The answer has more than %u bytes", LARGEST_ANSWER);
  else
    read_more (task);
}

static void
read_more (GTask *task)
{
  MainstayRequest *request = g_task_get_task_data (task);
  size_t used = request->length % BLOCK_SIZE;
  char *block;

  if (used == 0)
    g_ptr_array_add (request->blocks, g_malloc (BLOCK_SIZE));
  block = g_ptr_array_index (request->blocks, request->blocks->len - 1);
  g_input_stream_read_async (request->stream, block + used, BLOCK_SIZE - used, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), read_cb, g_object_ref (task));
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  MainstayRequest *request = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (request->stream == NULL)
    {
      g_autoptr(GError) mapped = mainstay_answer_map_send_error (request->message, error);

      fail_try (task, mapped);
      return;
    }
  request->status = soup_message_get_status (request->message);
  mainstay_client_saw_message (g_task_get_source_object (task), request->message);
  request->blocks = g_ptr_array_new_with_free_func (g_free);
  read_more (task);
}

static void
message_wrote_headers_cb (SoupMessage *message,
                          GTask       *task)
{
  MainstayRequest *request = g_task_get_task_data (task);

  request->sent = TRUE;
}

static SoupMessage *
make_message (MainstayClient  *client,
              MainstayRequest *request)
{
  SoupMessage *message = mainstay_client_make_message (client, request->method, request->path,
                                                       request->anonymous);

  if (message == NULL)
    return NULL;
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept",
                                "application/json");
  /* A kept connection may be closed by the other side just as a POST goes out on it, and then
   * nobody knows whether it was read. */
  if (g_str_equal (request->method, "POST"))
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (request->body != NULL)
    {
      g_autoptr(GBytes) body = g_bytes_new (request->body, strlen (request->body));

      soup_message_set_request_body_from_bytes (message, "application/json", body);
    }
  return message;
}

static void
try_once (GTask *task)
{
  MainstayClient *client = g_task_get_source_object (task);
  MainstayRequest *request = g_task_get_task_data (task);
  g_autoptr(GCancellable) late = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  forget_try (request);
  request->status = 0;
  request->sent = FALSE;
  request->tries++;
  request->message = make_message (client, request);
  if (request->message == NULL)
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_PARAMETERS,
                               "This is no address to ask");
      return;
    }
  g_signal_connect_object (request->message, "wrote-headers",
                           G_CALLBACK (message_wrote_headers_cb), task, 0);
  late = mainstay_late_cancellable_new (g_task_get_cancellable (task));
  soup_session_send_async (mainstay_client_get_session (client), request->message,
                           G_PRIORITY_DEFAULT, late, sent_cb, g_object_ref (task));
}

/**
 * mainstay_request_run_async:
 * @client: the account
 * @request: (transfer full): what to ask
 * @tag: the source tag of the task
 * @cancellable: (nullable): ends waits at once
 * @callback: gets a #GTask of @client with a pointer
 * @user_data: for @callback
 */
void
mainstay_request_run_async (MainstayClient      *client,
                            MainstayRequest     *request,
                            gpointer             tag,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);
  request->began_at = g_get_monotonic_time ();
  try_once (task);
}

/** mainstay_build_nothing: A #MainstayBuildFunc for calls whose answer says nothing. */
gpointer
mainstay_build_nothing (MainstayRequest  *request,
                        JsonNode         *root,
                        GError          **error)
{
  return GINT_TO_POINTER (TRUE);
}

/** mainstay_build_get_object: Returns: (transfer none) (nullable): the object @root must be */
JsonObject *
mainstay_build_get_object (JsonNode  *root,
                           GError   **error)
{
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return json_node_get_object (root);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                       "The answer is no object");
  return NULL;
}
