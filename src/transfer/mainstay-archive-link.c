/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-archive-link.h"

#include "mainstay-error.h"

#define MOST_REDIRECTS 5

typedef struct
{
  /* input, owned except for the change's data */
  MainstayApp *app;
  char *environment_id;
  char *backup_id;
  MainstayJobChanged changed;
  gpointer changed_data;
} Making;

typedef struct
{
  SoupMessage *message; /* owned */
  unsigned int redirects;
} Opening;

static void
making_free (Making *making)
{
  g_clear_object (&making->app);
  g_clear_pointer (&making->environment_id, g_free);
  g_clear_pointer (&making->backup_id, g_free);
  g_clear_pointer (&making, g_free);
}

static void
opening_free (Opening *opening)
{
  g_clear_object (&opening->message);
  g_clear_pointer (&opening, g_free);
}

static void
waited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_job_wait_finish (MAINSTAY_CLIENT (object), result, &error);

  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (job->url == NULL || *job->url == '\0')
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                             "The archive is completed, but has no link");
  else
    g_task_return_pointer (task, g_steal_pointer (&job->url), g_free);
}

static void
made_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Making *making = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayJob) job = mainstay_client_make_archive_finish (MAINSTAY_CLIENT (object),
                                                                    result, &error);

  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    mainstay_job_wait_async (MAINSTAY_CLIENT (object), MAINSTAY_JOB_WAIT_ARCHIVE, making->app,
                             making->environment_id, making->backup_id, job, making->changed,
                             making->changed_data, g_task_get_cancellable (task), waited_cb,
                             g_object_ref (task));
}

/**
 * mainstay_archive_link_make_async:
 * @client: the client
 * @app: the app
 * @environment_id: the environment whose backup it is
 * @backup_id: the backup
 * @data_type: what the archive is to hold
 * @changed: (nullable): called for every answer about the archive's job
 * @changed_data: for @changed; must outlive the task
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_archive_link_make_async (MainstayClient      *client,
                                  MainstayApp         *app,
                                  const char          *environment_id,
                                  const char          *backup_id,
                                  MainstayDataType     data_type,
                                  MainstayJobChanged   changed,
                                  gpointer             changed_data,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  Making *making = g_new0 (Making, 1);

  g_task_set_source_tag (task, mainstay_archive_link_make_async);
  making->app = g_object_ref (app);
  making->environment_id = g_strdup (environment_id);
  making->backup_id = g_strdup (backup_id);
  making->changed = changed;
  making->changed_data = changed_data;
  g_task_set_task_data (task, making, (GDestroyNotify) making_free);
  mainstay_client_make_archive_async (client, app, environment_id, backup_id, data_type,
                                      cancellable, made_cb, g_object_ref (task));
}

/** mainstay_archive_link_make_finish: Returns: (transfer full): the link, a secret */
char *
mainstay_archive_link_make_finish (MainstayClient  *client,
                                   GAsyncResult    *result,
                                   GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_archive_link_make_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_strcmp0 (host, "localhost") == 0;
}

/* Errors of this never hold the link, which is a secret. */
static gboolean
is_safe (GUri    *uri,
         GError **error)
{
  if (uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  if (uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "http") == 0 &&
      is_loopback (g_uri_get_host (uri)))
    return TRUE;
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                       "The archive's link does not lead to https");
  return FALSE;
}

static gboolean
is_redirect (unsigned int status)
{
  return status == SOUP_STATUS_MOVED_PERMANENTLY || status == SOUP_STATUS_FOUND ||
         status == SOUP_STATUS_SEE_OTHER || status == SOUP_STATUS_TEMPORARY_REDIRECT ||
         status == SOUP_STATUS_PERMANENT_REDIRECT;
}

static gboolean
is_expired (unsigned int status)
{
  return status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN ||
         status == SOUP_STATUS_GONE;
}

static void send_to (GTask *task,
                     GUri  *uri);

static void
follow (GTask *task)
{
  Opening *opening = g_task_get_task_data (task);
  const char *location =
    soup_message_headers_get_one (soup_message_get_response_headers (opening->message),
                                  "Location");
  g_autoptr(GUri) uri = NULL;

  if (location == NULL || ++opening->redirects > MOST_REDIRECTS)
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_REDIRECTED,
                               "The archive's link leads from one place to the next");
      return;
    }
  uri = g_uri_parse_relative (soup_message_get_uri (opening->message), location,
                              SOUP_HTTP_URI_FLAGS, NULL);
  send_to (task, uri);
}

static gboolean
check_answer (SoupMessage  *message,
              GError      **error)
{
  const char *type =
    soup_message_headers_get_content_type (soup_message_get_response_headers (message), NULL);

  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                   "The archive's link was answered with status %u",
                   soup_message_get_status (message));
      return FALSE;
    }
  if (type != NULL && (g_ascii_strcasecmp (type, "text/html") == 0 ||
                       g_ascii_strcasecmp (type, "application/xhtml+xml") == 0))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The archive's link leads to a web page, not to a file");
      return FALSE;
    }
  return TRUE;
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);
  unsigned int status = soup_message_get_status (opening->message);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (body == NULL && is_redirect (status))
    follow (task);
  else if (body == NULL && is_expired (status))
    g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED,
                             "The archive's link was answered with status %u", status);
  else if (body == NULL || !check_answer (opening->message, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&body), g_object_unref);
}

static void
send_to (GTask *task,
         GUri  *uri)
{
  Opening *opening = g_task_get_task_data (task);
  MainstayClient *client = g_task_get_source_object (task);
  g_autofree char *url = NULL;
  GError *error = NULL;

  if (!is_safe (uri, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_object (&opening->message);
  url = g_uri_to_string (uri);
  opening->message = mainstay_client_new_message (client, "GET", url);
  if (opening->message == NULL)
    {
      g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                               "The archive's link is no address");
      return;
    }
  /* The file's own bytes are wanted, and those are what a length and a digest tell of. */
  soup_message_disable_feature (opening->message, SOUP_TYPE_CONTENT_DECODER);
  soup_message_headers_replace (soup_message_get_request_headers (opening->message),
                                "Accept-Encoding", "identity");
  mainstay_client_send_async (client, opening->message, g_task_get_cancellable (task), sent_cb,
                              g_object_ref (task));
}

/**
 * mainstay_archive_link_open_async:
 * @client: the client
 * @url: the link
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_archive_link_open_async (MainstayClient      *client,
                                  const char          *url,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  g_autoptr(GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  g_task_set_source_tag (task, mainstay_archive_link_open_async);
  g_task_set_task_data (task, g_new0 (Opening, 1), (GDestroyNotify) opening_free);
  send_to (task, uri);
}

/** mainstay_archive_link_open_finish: Returns: (transfer full): the body */
GInputStream *
mainstay_archive_link_open_finish (MainstayClient  *client,
                                   GAsyncResult    *result,
                                   SoupMessage    **message,
                                   GError         **error)
{
  Opening *opening;

  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_archive_link_open_async), NULL);

  opening = g_task_get_task_data (G_TASK (result));
  g_set_object (message, opening->message);
  return g_task_propagate_pointer (G_TASK (result), error);
}
