/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "client-fixture.h"

#include "mainstay-json.h"

#define LONGEST_US (60 * G_USEC_PER_SEC)

static JsonObject *
parse_object (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

MainstayApp *
make_app (const char *id,
          const char *project_id)
{
  g_autofree char *text = g_strdup_printf ("{\"AppId\":\"%s\",\"ProjectId\":\"%s\"}", id,
                                           project_id);
  g_autoptr(JsonObject) object = parse_object (text);

  return mainstay_app_new_from_json (object, NULL);
}

static MainstayEnvironment *
make_environment (const char *id,
                  const char *mode)
{
  g_autofree char *text = g_strdup_printf ("{\"EnvironmentId\":\"%s\",\"Mode\":\"%s\"}", id, mode);
  g_autoptr(JsonObject) object = parse_object (text);

  return mainstay_environment_new_from_json (object, NULL);
}

MainstayBackup *
make_backup (const char *id,
             const char *created_at,
             const char *state)
{
  g_autofree char *text =
    g_strdup_printf ("{\"snapshot_id\":\"%s\",\"created_at\":\"%s\",\"state\":\"%s\"}", id,
                     created_at, state);
  g_autoptr(JsonObject) object = parse_object (text);

  return mainstay_backup_new_from_json (object, NULL);
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->server = mainstay_test_server_new ();
  mainstay_test_server_set_job_ms (fixture->server, 60);
  fixture->client = mainstay_client_new (mainstay_test_server_get_url (fixture->server),
                                         MAINSTAY_TEST_USERNAME, MAINSTAY_TEST_API_KEY, &error);
  g_assert_no_error (error);
  mainstay_client_set_wait_scale (fixture->client, TEST_WAIT_SCALE);
  fixture->app = make_app (MAINSTAY_TEST_APP, MAINSTAY_TEST_PROJECT);
  fixture->test = make_environment (MAINSTAY_TEST_ENVIRONMENT, "Test");
  fixture->acceptance = make_environment (MAINSTAY_ACCEPTANCE_ENVIRONMENT, "Acceptance");
}

void
await_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Await *await = data;

  g_assert_null (await->result);
  await->result = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return ((Await *) data)->result != NULL;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
await_condition (Condition condition,
                 gpointer  data)
{
  gint64 began_at = g_get_monotonic_time ();
  unsigned int tick = g_timeout_add (5, tick_cb, NULL);

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time () - began_at, <, LONGEST_US);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
}

static gboolean
is_past (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

void
await_ms (unsigned int milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;

  await_condition (is_past, &end);
}

static gboolean
is_held_once (gpointer data)
{
  return g_atomic_int_get (&G_OBJECT (data)->ref_count) == 1;
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  /* What was cancelled takes another turn of the main loop to let go. */
  await_condition (is_held_once, fixture->client);
  g_assert_finalize_object (g_steal_pointer (&fixture->client));
  g_clear_object (&fixture->app);
  g_clear_object (&fixture->test);
  g_clear_object (&fixture->acceptance);
  g_clear_pointer (&fixture->server, mainstay_test_server_free);
}

GAsyncResult *
await_result (Await *await)
{
  await_condition (has_result, await);
  return await->result;
}

void
await_clear (Await *await)
{
  g_clear_object (&await->result);
}

MainstayBackup *
create_backup (Fixture     *fixture,
               const char  *comment,
               GError     **error)
{
  g_auto(Await) await = { NULL };

  mainstay_client_create_backup_async (fixture->client, fixture->app, MAINSTAY_TEST_ENVIRONMENT,
                                       comment, NULL, await_cb, &await);
  return mainstay_client_create_backup_finish (fixture->client, await_result (&await), error);
}

MainstayTestRequest *
last_request (GPtrArray  *requests,
              const char *method)
{
  for (unsigned int i = requests->len; i > 0; i--)
    {
      MainstayTestRequest *request = g_ptr_array_index (requests, i - 1);

      if (method == NULL || g_str_equal (request->method, method))
        return request;
    }
  return NULL;
}
