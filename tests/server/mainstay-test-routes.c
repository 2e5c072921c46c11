/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-test-routes.h"

#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-test-server.h"
#include "mainstay-time.h"

static void
refuse (TestAnswer    *answer,
        unsigned int   status,
        const char    *code,
        const char    *message)
{
  answer->status = status;
  g_string_assign (answer->body, "{");
  test_write_string (answer->body, "errorMessage", message);
  test_write_string (answer->body, "errorCode", code);
  g_string_append_c (answer->body, '}');
}

static void
refuse_path (TestAnswer *answer)
{
  answer->status = 404;
  g_string_assign (answer->body, "<html><body>404 Not Found</body></html>");
}

static const char *
get_query (const TestCall *call,
           const char     *name,
           const char     *fallback)
{
  const char *value = call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;

  return value != NULL ? value : fallback;
}

static char *
dup_member (const TestCall *call,
            const char     *name)
{
  g_autoptr(JsonNode) root = mainstay_json_parse (call->body, -1, NULL);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  return g_strdup (mainstay_json_get_string (json_node_get_object (root), name));
}

static gboolean
is_method (const TestCall *call,
           const char     *method)
{
  return g_str_equal (call->method, method);
}

static const char *
get_part (const TestCall *call,
          unsigned int    index)
{
  return index < call->n_parts ? call->parts[index] : "";
}

/* Deploy v1: /api/1/apps/{AppId}/environments/{Mode}/… */

static void
answer_start (TestRoutes      *self,
              TestEnvironment *environment,
              const TestCall  *call,
              TestAnswer      *answer)
{
  TestJob *job;

  if (is_method (call, "GET"))
    {
      job = test_model_find_job (environment->starts, get_part (call, 7), NULL);
      if (job == NULL)
        refuse (answer, 404, "NO_SUCH_STARTJOB", "No such job");
      else if (job->failure != NULL && g_str_equal (test_job_get_state (job), "failed"))
        refuse (answer, 500, "START_FAILED", job->failure);
      else
        g_string_append_printf (answer->body, "{\"Status\":\"%s\"}",
                                g_str_equal (test_job_get_state (job), "completed") ? "Started"
                                                                                    : "Starting");
      return;
    }
  if (g_str_equal (test_environment_get_status (environment), "Running"))
    {
      refuse (answer, 200, "ALREADY_STARTED", "The app is running");
      return;
    }
  job = test_model_add_job (self->model, environment->starts, NULL, NULL);
  if (job->failure == NULL)
    {
      environment->changes_at = job->created_at + job->duration;
      environment->next_status = "Running";
    }
  g_string_append_c (answer->body, '{');
  test_write_string (answer->body, "JobId", job->id);
  g_string_append_c (answer->body, '}');
}

static void
answer_transport (TestEnvironment *environment,
                  const TestCall  *call,
                  TestAnswer      *answer)
{
  g_autofree char *package = dup_member (call, "PackageId");

  if (g_str_equal (test_environment_get_status (environment), "Running"))
    refuse (answer, 403, "APP_IS_RUNNING", "The app is running");
  else if (package == NULL)
    refuse (answer, 400, "INVALID_PARAMETERS", "PackageId is missing");
  else if (!g_str_has_prefix (package, "55555555-"))
    refuse (answer, 404, "PACKAGE_NOT_FOUND", "No such package");
  else
    {
      gboolean newer = g_str_has_suffix (package, "2");

      environment->model_version = newer ? "1.2.0.310" : "1.1.0.253";
      environment->status = "Stopped";
      test_write_package (answer->body, newer ? 2 : 1, environment->model_version);
    }
}

static void
answer_environment (TestRoutes     *self,
                    const TestCall *call,
                    TestAnswer     *answer)
{
  TestEnvironment *environment = test_model_find_mode (self->model, get_part (call, 5));
  const char *action = get_part (call, 6);

  if (environment == NULL)
    refuse (answer, 404, "ENVIRONMENT_NOT_FOUND", "No such environment");
  else if (call->n_parts == 6)
    test_write_environment (answer->body, environment);
  else if (g_str_equal (action, "start"))
    answer_start (self, environment, call, answer);
  else if (g_str_equal (action, "stop"))
    {
      environment->changes_at = mainstay_time_now () + self->model->job_ms;
      environment->next_status = "Stopped";
      g_string_assign (answer->body, "{}");
    }
  else if (g_str_equal (action, "package"))
    test_write_package (answer->body, 1, environment->model_version);
  else if (g_str_equal (action, "transport"))
    answer_transport (environment, call, answer);
  else
    refuse_path (answer);
}

static void
answer_environments (TestRoutes *self,
                     TestAnswer *answer)
{
  g_string_append_c (answer->body, '[');
  for (size_t i = 0; i < G_N_ELEMENTS (self->model->environments); i++)
    {
      if (i > 0)
        g_string_append_c (answer->body, ',');
      /* The order of the public service is none that a person would choose. */
      test_write_environment (answer->body, &self->model->environments[2 - i]);
    }
  g_string_append_c (answer->body, ']');
}

static void
answer_deploy (TestRoutes     *self,
               const TestCall *call,
               TestAnswer     *answer)
{
  if (call->n_parts == 3)
    {
      g_string_append_c (answer->body, '[');
      test_write_app (answer->body);
      g_string_append_c (answer->body, ']');
    }
  else if (!g_str_equal (get_part (call, 3), MAINSTAY_TEST_APP))
    refuse (answer, 404, "APP_NOT_FOUND", "No such app");
  else if (call->n_parts == 4)
    test_write_app (answer->body);
  else if (g_str_equal (get_part (call, 4), "packages"))
    {
      g_string_append_c (answer->body, '[');
      test_write_package (answer->body, 1, "1.1.0.253");
      g_string_append_c (answer->body, ',');
      test_write_package (answer->body, 2, "1.2.0.310");
      g_string_append_c (answer->body, ']');
    }
  else if (call->n_parts == 5)
    answer_environments (self, answer);
  else
    answer_environment (self, call, answer);
}

/* Backups v2: /api/v2/apps/{ProjectId}/environments/{EnvironmentId}/… */

static void
answer_list (TestRoutes      *self,
             TestEnvironment *environment,
             const TestCall  *call,
             TestAnswer      *answer)
{
  unsigned int length = environment->snapshots->len;
  unsigned int offset = (unsigned int) g_ascii_strtoull (get_query (call, "offset", "0"), NULL, 10);
  unsigned int limit = (unsigned int) g_ascii_strtoull (get_query (call, "limit", "100"), NULL, 10);

  if (self->largest_page > 0)
    limit = MIN (limit, self->largest_page);
  if (self->ignore_offset || self->all_at_once)
    offset = 0;
  if (self->all_at_once)
    limit = length;
  g_string_append (answer->body, "{\"snapshots\":[");
  for (unsigned int i = offset; i < length && i - offset < limit; i++)
    {
      if (i > offset)
        g_string_append_c (answer->body, ',');
      test_write_snapshot (answer->body, g_ptr_array_index (environment->snapshots, i));
    }
  g_string_append_printf (answer->body, "],\"total\":%u,\"offset\":%u,\"limit\":%u}", length,
                          offset, limit);
}

static void
answer_create (TestRoutes      *self,
               TestEnvironment *environment,
               const TestCall  *call,
               TestAnswer      *answer)
{
  TestJob *job;

  if (test_environment_is_busy (environment))
    {
      refuse (answer, 400, "ENVIRONMENT_BUSY", "Another action is running");
      return;
    }
  job = test_model_add_job (self->model, environment->snapshots, NULL, NULL);
  job->comment = dup_member (call, "comment");
  if (job->comment == NULL)
    job->comment = g_strdup ("Manually created snapshot");
  if (job->failure == NULL)
    job->model_version = g_strdup (environment->model_version);
  test_write_snapshot (answer->body, job);
}

static void
answer_archives (TestRoutes      *self,
                 TestEnvironment *environment,
                 TestJob         *snapshot,
                 const TestCall  *call,
                 TestAnswer      *answer)
{
  const char *data_type = get_query (call, "data_type", "files_and_database");
  TestJob *job;

  if (is_method (call, "GET"))
    {
      job = test_model_find_job (environment->archives, get_part (call, 9), NULL);
      if (job == NULL)
        refuse (answer, 404, "NOT_FOUND", "No such archive");
      else
        test_write_archive (answer->body, self->model, job);
    }
  else if (!g_str_equal (data_type, "files_and_database") &&
           !g_str_equal (data_type, "database_only"))
    refuse (answer, 400, "UNSUPPORTED", "No such data type");
  else
    {
      job = test_model_add_job (self->model, environment->archives, snapshot->id, data_type);
      test_write_archive (answer->body, self->model, job);
    }
}

static void
answer_snapshot (TestRoutes      *self,
                 TestEnvironment *environment,
                 const TestCall  *call,
                 TestAnswer      *answer)
{
  unsigned int position = 0;
  TestJob *job = test_model_find_job (environment->snapshots, get_part (call, 7), &position);

  if (job == NULL)
    refuse (answer, 404, "NOT_FOUND", "No such snapshot");
  else if (g_str_equal (get_part (call, 8), "archives"))
    answer_archives (self, environment, job, call, answer);
  else if (is_method (call, "DELETE"))
    {
      g_ptr_array_remove_index (environment->snapshots, position);
      answer->status = 204;
    }
  else
    {
      if (is_method (call, "PUT"))
        {
          g_clear_pointer (&job->comment, g_free);
          job->comment = dup_member (call, "comment");
        }
      test_write_snapshot (answer->body, job);
    }
}

static TestJob *
find_source (TestRoutes       *self,
             const char       *id,
             TestEnvironment **environment)
{
  for (size_t i = 0; i < G_N_ELEMENTS (self->model->environments); i++)
    {
      TestJob *job;

      *environment = &self->model->environments[i];
      job = test_model_find_job ((*environment)->snapshots, id, NULL);
      if (job != NULL)
        return job;
    }
  return NULL;
}

static void
answer_restores (TestRoutes      *self,
                 TestEnvironment *environment,
                 const TestCall  *call,
                 TestAnswer      *answer)
{
  TestEnvironment *source_environment;
  TestJob *source;
  TestJob *job;

  if (is_method (call, "GET"))
    {
      job = test_model_find_job (environment->restores, get_part (call, 7), NULL);
      if (call->n_parts == 7)
        refuse_path (answer);
      else if (job == NULL)
        refuse (answer, 400, "NOT_FOUND", "No such restore");
      else
        test_write_restore (answer->body, job, environment->id);
      return;
    }
  source = find_source (self, get_query (call, "source_snapshot_id", ""), &source_environment);
  if (source == NULL)
    refuse (answer, 400, "NOT_FOUND", "No such snapshot");
  else if (test_environment_is_busy (environment))
    refuse (answer, 400, "ENVIRONMENT_BUSY", "Another action is running");
  else if (!g_str_equal (test_environment_get_status (environment), "Stopped") ||
           !g_str_equal (test_job_get_state (source), "completed"))
    refuse (answer, 400, "ERROR_NOT_ALLOWED", "The app is not stopped");
  else
    {
      job = test_model_add_job (self->model, environment->restores, source->id,
                                source_environment->id);
      test_write_restore (answer->body, job, environment->id);
    }
}

static void
answer_backups (TestRoutes     *self,
                const TestCall *call,
                TestAnswer     *answer)
{
  TestEnvironment *environment = test_model_find_environment (self->model, get_part (call, 5));
  const char *what = get_part (call, 6);

  if (!g_str_equal (get_part (call, 3), MAINSTAY_TEST_PROJECT))
    refuse (answer, 403, "NO_ACCESS", "No access to this project");
  else if (environment == NULL)
    refuse (answer, 404, "ENVIRONMENT_NOT_FOUND", "No such environment");
  else if (g_str_equal (what, "restores"))
    answer_restores (self, environment, call, answer);
  else if (!g_str_equal (what, "snapshots"))
    refuse_path (answer);
  else if (call->n_parts > 7)
    answer_snapshot (self, environment, call, answer);
  else if (is_method (call, "POST"))
    answer_create (self, environment, call, answer);
  else
    answer_list (self, environment, call, answer);
}

void
test_routes_answer (TestRoutes     *self,
                    const TestCall *call,
                    TestAnswer     *answer)
{
  gboolean deploy = call->n_parts >= 3 && g_str_equal (call->parts[0], "api") &&
                    g_str_equal (call->parts[1], "1") && g_str_equal (call->parts[2], "apps");
  gboolean backups = call->n_parts >= 7 && g_str_equal (call->parts[0], "api") &&
                     g_str_equal (call->parts[1], "v2") && g_str_equal (call->parts[2], "apps");

  answer->status = 200;
  if (!deploy && !backups)
    refuse_path (answer);
  else if (g_strcmp0 (call->username, MAINSTAY_TEST_USERNAME) != 0 ||
           g_strcmp0 (call->api_key, MAINSTAY_TEST_API_KEY) != 0)
    refuse (answer, 401, "UNAUTHORIZED", "Wrong user name or API key");
  else if (deploy)
    answer_deploy (self, call, answer);
  else
    answer_backups (self, call, answer);
}
