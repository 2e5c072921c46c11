/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "dialog-fixture.h"

#include <stdlib.h>

#include "mainstay-client-private.h"

#define PROJECT "6f0a0a3e-8a41-4b7e-9d0c-0a4f1c2b3d4e"
#define NEW_BACKUP "aaaaaaaa-0000-4000-8000-00000000000f"
#define ENVIRONMENT_ID "00000000-0000-4000-8000-00000000000"

static const struct
{
  const char *mode;
  const char *model;
  const char *status;
  const char *more;
} environments[] = {
  { "Test", "1.9.1.300", "Running", "\"Production\": false" },
  { "Acceptance", "1.8.82.253", "Stopped", "\"Production\": false" },
  { "Production", "1.8.82.253", "Running",
    "\"Production\": true, \"PublishedAppServices\": [\"Orders\", \"Customers & Co\"]" },
};

static const char snapshots[] =
  "{\"snapshots\": ["
  "{\"snapshot_id\": \"aaaaaaaa-0000-4000-8000-000000000004\", \"state\": \"failed\","
  " \"comment\": \"Failed one\", \"created_at\": \"2026-11-22T09:30:00.000Z\"},"
  "{\"snapshot_id\": \"aaaaaaaa-0000-4000-8000-000000000003\", \"state\": \"completed\","
  " \"comment\": \"Before the <b>big</b> import & its clean-up\","
  " \"model_version\": \"1.8.82.253\","
  " \"created_at\": \"2026-11-21T14:05:00.000Z\", \"size_bytes\": 52428800},"
  "{\"snapshot_id\": \"aaaaaaaa-0000-4000-8000-000000000002\", \"state\": \"completed\","
  " \"comment\": \"Older model\", \"model_version\": \"1.7.3.99\","
  " \"created_at\": \"2026-10-05T02:00:00.000Z\"},"
  "{\"snapshot_id\": \"aaaaaaaa-0000-4000-8000-000000000001\", \"state\": \"completed\","
  " \"comment\": \"\", \"model_version\": \"1.9.0.1\","
  " \"created_at\": \"2026-10-04T02:00:00.000Z\"}"
  "], \"total\": 4, \"offset\": 0, \"limit\": 100}";

static void
answer (SoupServerMessage *message,
        unsigned int       status,
        const char        *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
answer_error (SoupServerMessage *message,
              unsigned int       status,
              const char        *code)
{
  g_autofree char *json =
    g_strdup_printf ("{\"errorCode\": \"%s\", \"errorMessage\": \"No luck\"}", code);

  answer (message, status, json);
}

static char *
environment_json (DialogFixture *self,
                  size_t         i)
{
  return g_strdup_printf ("{\"EnvironmentId\": \"" ENVIRONMENT_ID "%zu\", \"Mode\": \"%s\","
                          " \"Status\": \"%s\", \"ModelVersion\": \"%s\", %s}",
                          i, environments[i].mode,
                          (char *) g_hash_table_lookup (self->statuses, environments[i].mode),
                          environments[i].model, environments[i].more);
}

static void
answer_environments (DialogFixture     *self,
                     SoupServerMessage *message)
{
  g_autoptr(GString) json = g_string_new ("[");

  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autofree char *one = environment_json (self, i);

      g_string_append_printf (json, "%s%s", i > 0 ? ", " : "", one);
    }
  g_string_append_c (json, ']');
  answer (message, 200, json->str);
}

static void
answer_environment (DialogFixture     *self,
                    SoupServerMessage *message,
                    size_t             i,
                    const char        *rest)
{
  g_autofree char *json = environment_json (self, i);

  if (g_str_equal (rest, "/stop") && self->stop_status != 200)
    answer_error (message, self->stop_status, "STOP_FAILED");
  else if (g_str_equal (rest, "/stop"))
    {
      g_hash_table_insert (self->statuses, (char *) environments[i].mode, (char *) "Stopped");
      answer (message, 200, "{}");
    }
  else if (g_str_equal (rest, "/package"))
    answer (message, 200, "{\"PackageId\": \"p1\", \"Name\": \"Main line.mda\","
                          " \"Version\": \"1.8.82.253\", \"Status\": \"Succeeded\"}");
  else if (self->ask_status != 200)
    answer_error (message, self->ask_status, "NO_ACCESS");
  else
    answer (message, 200, json);
}

static void
answer_deploy (DialogFixture     *self,
               SoupServerMessage *message,
               const char        *path)
{
  if (g_str_equal (path, "/api/1/apps"))
    {
      answer (message, 200, "[{\"AppId\": \"orders\", \"Name\": \"Orders\","
                            " \"ProjectId\": \"" PROJECT "\"}]");
      return;
    }
  if (g_str_equal (path, "/api/1/apps/orders/environments"))
    {
      answer_environments (self, message);
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autofree char *prefix =
        g_strconcat ("/api/1/apps/orders/environments/", environments[i].mode, NULL);

      if (g_str_has_prefix (path, prefix))
        {
          answer_environment (self, message, i, path + strlen (prefix));
          return;
        }
    }
  answer_error (message, 404, "APP_NOT_FOUND");
}

static void
answer_new_backup (SoupServerMessage *message,
                   const char        *state)
{
  g_autofree char *json =
    g_strdup_printf ("{\"snapshot_id\": \"" NEW_BACKUP "\", \"state\": \"%s\","
                     " \"created_at\": \"2026-11-23T07:00:00.000Z\"}", state);

  answer (message, 200, json);
}

static void
answer_archive (DialogFixture     *self,
                SoupServerMessage *message)
{
  gboolean completed = g_str_equal (self->archive_state, "completed");
  g_autofree char *json =
    g_strdup_printf ("{\"archive_id\": \"a1\", \"state\": \"%s\", \"url\": \"%s%s\"}",
                     self->archive_state, completed ? self->url : "",
                     completed ? "/link/a1" : "");

  if (self->archive_path == NULL)
    answer_error (message, 403, "NO_ACCESS");
  else
    answer (message, 200, json);
}

static void
answer_link (DialogFixture     *self,
             SoupServerMessage *message)
{
  g_autofree char *content = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  g_file_get_contents (self->archive_path, &content, &length, &error);
  g_assert_no_error (error);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/octet-stream", SOUP_MEMORY_COPY,
                                    content, length);
}

/* A page of it, as the query asks. */
static void
answer_activity (DialogFixture     *self,
                 SoupServerMessage *message)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr(GHashTable) fields = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL);
  unsigned int offset = (unsigned int) atoi (g_hash_table_lookup (fields, "offset"));
  unsigned int limit = (unsigned int) atoi (g_hash_table_lookup (fields, "limit"));
  g_autoptr(GString) json = g_string_new ("{\"entries\": [");

  for (unsigned int i = offset; i < MIN (offset + limit, self->activity->len); i++)
    g_string_append_printf (json, "%s%s", i > offset ? ", " : "",
                            (const char *) g_ptr_array_index (self->activity, i));
  g_string_append_printf (json, "], \"total\": %u, \"offset\": %u, \"limit\": %u}",
                          self->activity->len, offset, limit);
  answer (message, 200, json->str);
}

static void
answer_backups (DialogFixture     *self,
                SoupServerMessage *message,
                const char        *path)
{
  const char *method = soup_server_message_get_method (message);

  if (g_str_equal (method, "GET") && g_str_has_suffix (path, "/snapshots"))
    answer (message, 200, snapshots);
  else if (g_str_equal (method, "POST") && g_str_has_suffix (path, "/snapshots"))
    answer_new_backup (message, "queued");
  else if (g_str_equal (method, "GET") && g_str_has_suffix (path, NEW_BACKUP))
    answer_new_backup (message, self->job_state);
  else if (strstr (path, "/archives") != NULL)
    answer_archive (self, message);
  else if (g_str_has_suffix (path, "/activity"))
    answer_activity (self, message);
  else if (g_str_equal (method, "DELETE") && self->delete_status == 204)
    soup_server_message_set_status (message, 204, NULL);
  else if (g_str_equal (method, "DELETE"))
    answer_error (message, self->delete_status,
                  self->delete_status == 404 ? "NOT_FOUND" : "NO_ACCESS");
  else
    answer_error (message, 403, "NO_ACCESS");
}

static gboolean
is_authorized (DialogFixture     *self,
               SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return g_strcmp0 (soup_message_headers_get_one (headers, "Mendix-ApiKey"), self->api_key) == 0;
}

static void
request_came_cb (SoupServer        *server,
                 SoupServerMessage *message,
                 const char        *path,
                 GHashTable        *query,
                 gpointer           user_data)
{
  DialogFixture *self = user_data;
  const char *query_text = g_uri_get_query (soup_server_message_get_uri (message));
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr(GBytes) bytes = soup_message_body_flatten (body);
  const char *data = g_bytes_get_data (bytes, NULL);

  g_ptr_array_add (self->requests,
                   g_strdup_printf ("%s %s%s%s %.*s", soup_server_message_get_method (message),
                                    path, query_text != NULL ? "?" : "",
                                    query_text != NULL ? query_text : "",
                                    (int) g_bytes_get_size (bytes), data != NULL ? data : ""));
  if (g_str_equal (path, "/api/mainstay/1/capabilities") && self->extensions != NULL)
    {
      g_autofree char *json =
        g_strdup_printf ("{\"name\": \"Fake\", \"extensions\": %s}", self->extensions);

      answer (message, 200, json);
    }
  else if (g_str_equal (path, "/api/mainstay/1/capabilities"))
    answer_error (message, 404, "NOT_FOUND");
  else if (g_str_has_prefix (path, "/link/"))
    answer_link (self, message);
  else if (!is_authorized (self, message))
    answer_error (message, 401, "UNAUTHORIZED");
  else if (g_str_has_prefix (path, "/api/1/"))
    answer_deploy (self, message, path);
  else
    answer_backups (self, message, path);
}

static void
start_server (DialogFixture *self)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_came_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
session_refreshed_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  gboolean *done = user_data;
  g_autoptr(GError) error = NULL;

  mainstay_session_refresh_finish (MAINSTAY_SESSION (object), result, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

DialogFixture *
dialog_fixture_new (const char *extensions)
{
  DialogFixture *self = g_new0 (DialogFixture, 1);
  g_autoptr(MainstayAccount) account = NULL;
  g_autoptr(MainstayClient) client = NULL;
  g_autoptr(GError) error = NULL;
  gboolean done = FALSE;

  self->extensions = extensions;
  self->api_key = "right-key";
  self->stop_status = self->ask_status = 200;
  self->delete_status = 204;
  self->job_state = "running";
  self->archive_state = "completed";
  self->activity = g_ptr_array_new_with_free_func (g_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->statuses = g_hash_table_new (g_str_hash, g_str_equal);
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    g_hash_table_insert (self->statuses, (char *) environments[i].mode,
                         (char *) environments[i].status);
  start_server (self);

  account = mainstay_account_new (self->url, "me@example.com", TRUE);
  client = mainstay_client_new (self->url, "me@example.com", self->api_key, &error);
  g_assert_no_error (error);
  mainstay_client_set_wait_scale (client, 0.05);
  self->session = mainstay_session_new (account, client);
  mainstay_session_refresh_async (self->session, NULL, session_refreshed_cb, &done);
  dialog_wait_until (done);
  dialog_fixture_choose (self, "Acceptance");

  self->operations = mainstay_operation_list_new ();
  self->window = g_object_new (ADW_TYPE_WINDOW, "default-width", 1100, "default-height", 720,
                               "title", "Parent", NULL);
  gtk_window_present (self->window);
  return self;
}

void
dialog_fixture_free (DialogFixture *self)
{
  self->job_state = "completed";
  mainstay_operation_list_cancel_all (self->operations);
  dialog_wait_until (mainstay_operation_list_get_active_count (self->operations) == 0);
  gtk_window_destroy (self->window);
  g_clear_object (&self->operations);
  g_clear_object (&self->session);
  for (int i = 0; i < 20; i++)
    dialog_iterate ();
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->activity, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_pointer (&self->statuses, g_hash_table_unref);
  g_free (self);
}

unsigned int
dialog_fixture_count_requests (DialogFixture *self,
                               const char    *prefix)
{
  unsigned int count = 0;

  for (unsigned int i = 0; i < self->requests->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->requests, i), prefix))
      count++;
  return count;
}

const char *
dialog_fixture_find_request (DialogFixture *self,
                             const char    *prefix)
{
  for (unsigned int i = self->requests->len; i > 0; i--)
    if (g_str_has_prefix (g_ptr_array_index (self->requests, i - 1), prefix))
      return g_ptr_array_index (self->requests, i - 1);
  return NULL;
}

MainstayBackup *
dialog_fixture_get_backup (DialogFixture *self,
                           const char    *comment)
{
  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr(MainstayBackup) backup = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (g_strcmp0 (mainstay_backup_get_comment (backup), comment) == 0)
        return backup; /* the list holds it */
    }
  g_assert_not_reached ();
}

void
dialog_fixture_choose (DialogFixture *self,
                       const char    *mode)
{
  GListModel *model = mainstay_session_get_environments (self->session);

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (model, i);

      if (g_strcmp0 (mainstay_environment_get_mode (environment), mode) == 0)
        mainstay_session_set_environment (self->session, environment);
    }
  self->list = mainstay_session_get_backup_list (self->session);
  dialog_wait_until (g_list_model_get_n_items (G_LIST_MODEL (self->list)) == 4);
}

void
dialog_iterate (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

GtkWindow *
dialog_find_window (const char *title)
{
  g_autoptr(GList) windows = gtk_window_list_toplevels ();

  for (GList *window = windows; window != NULL; window = window->next)
    {
      const char *found = ADW_IS_MESSAGE_DIALOG (window->data) ?
                          adw_message_dialog_get_heading (window->data) :
                          gtk_window_get_title (window->data);

      if (g_strcmp0 (found, title) == 0 && gtk_widget_get_visible (window->data))
        return window->data;
    }
  return NULL;
}

static gboolean
has_text (GtkWidget  *widget,
          const char *text)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0)
    return TRUE;
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0)
    return TRUE;
  if (ADW_IS_PREFERENCES_ROW (widget) &&
      g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), text) == 0)
    return TRUE;
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;
}

GtkWidget *
dialog_find (GtkWidget  *root,
             GType       type,
             const char *text)
{
  if (!gtk_widget_get_visible (root))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && (text == NULL || has_text (root, text)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = dialog_find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}
