/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-test-model.h"

#include "mainstay-test-server.h"
#include "mainstay-time.h"

#define HOUR_MS (60 * 60 * 1000)

static void
job_free (gpointer data)
{
  TestJob *job = data;

  g_clear_pointer (&job->id, g_free);
  g_clear_pointer (&job->parent, g_free);
  g_clear_pointer (&job->extra, g_free);
  g_clear_pointer (&job->comment, g_free);
  g_clear_pointer (&job->model_version, g_free);
  g_clear_pointer (&job->failure, g_free);
  g_clear_pointer (&job, g_free);
}

void
test_model_init (TestModel *self)
{
  static const TestEnvironment environments[] = {
    { MAINSTAY_TEST_ENVIRONMENT, "Test", "1.2.0.310", FALSE, "Running" },
    { MAINSTAY_ACCEPTANCE_ENVIRONMENT, "Acceptance", "1.1.0.253", FALSE, "Stopped" },
    { MAINSTAY_PRODUCTION_ENVIRONMENT, "Production", "1.1.0.253", TRUE, "Running" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      self->environments[i] = environments[i];
      self->environments[i].snapshots = g_ptr_array_new_with_free_func (job_free);
      self->environments[i].archives = g_ptr_array_new_with_free_func (job_free);
      self->environments[i].restores = g_ptr_array_new_with_free_func (job_free);
      self->environments[i].starts = g_ptr_array_new_with_free_func (job_free);
    }
  self->job_ms = 300;
}

void
test_model_clear (TestModel *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (self->environments); i++)
    {
      g_clear_pointer (&self->environments[i].snapshots, g_ptr_array_unref);
      g_clear_pointer (&self->environments[i].archives, g_ptr_array_unref);
      g_clear_pointer (&self->environments[i].restores, g_ptr_array_unref);
      g_clear_pointer (&self->environments[i].starts, g_ptr_array_unref);
    }
  g_clear_pointer (&self->job_failure, g_free);
  g_clear_pointer (&self->archive_origin, g_free);
}

TestEnvironment *
test_model_find_environment (TestModel  *self,
                             const char *id)
{
  for (size_t i = 0; i < G_N_ELEMENTS (self->environments); i++)
    if (g_strcmp0 (self->environments[i].id, id) == 0)
      return &self->environments[i];
  return NULL;
}

TestEnvironment *
test_model_find_mode (TestModel  *self,
                      const char *mode)
{
  for (size_t i = 0; i < G_N_ELEMENTS (self->environments); i++)
    if (g_ascii_strcasecmp (self->environments[i].mode, mode) == 0)
      return &self->environments[i];
  return NULL;
}

TestJob *
test_model_add_job (TestModel  *self,
                    GPtrArray  *jobs,
                    const char *parent,
                    const char *extra)
{
  TestJob *job = g_new0 (TestJob, 1);

  job->id = g_strdup_printf ("33333333-0000-4000-8000-%012u", ++self->next_id);
  job->parent = g_strdup (parent);
  job->extra = g_strdup (extra);
  job->failure = g_strdup (self->job_failure);
  job->created_at = mainstay_time_now ();
  job->duration = self->job_ms;
  g_ptr_array_insert (jobs, 0, job);
  return job;
}

TestJob *
test_model_find_job (GPtrArray    *jobs,
                     const char   *id,
                     unsigned int *position)
{
  for (unsigned int i = 0; i < jobs->len; i++)
    {
      TestJob *job = g_ptr_array_index (jobs, i);

      if (g_strcmp0 (job->id, id) != 0)
        continue;
      if (position != NULL)
        *position = i;
      return job;
    }
  return NULL;
}

const char *
test_job_get_state (TestJob *self)
{
  gint64 age = mainstay_time_now () - self->created_at;

  if (age < self->duration / 3)
    return "queued";
  if (age < self->duration)
    return "running";
  return self->failure != NULL ? "failed" : "completed";
}

static gboolean
is_finished (TestJob *self)
{
  return mainstay_time_now () - self->created_at >= self->duration;
}

gboolean
test_environment_is_busy (TestEnvironment *self)
{
  return (self->snapshots->len > 0 && !is_finished (g_ptr_array_index (self->snapshots, 0))) ||
         (self->restores->len > 0 && !is_finished (g_ptr_array_index (self->restores, 0)));
}

const char *
test_environment_get_status (TestEnvironment *self)
{
  if (self->changes_at != 0 && mainstay_time_now () >= self->changes_at)
    {
      self->status = self->next_status;
      self->changes_at = 0;
    }
  return self->status;
}

char *
test_seed_id (unsigned int index)
{
  return g_strdup_printf ("44444444-0000-4000-8000-%012u", index);
}

void
test_environment_seed (TestEnvironment *self,
                       unsigned int     count,
                       gint64           newest_ms)
{
  g_ptr_array_set_size (self->snapshots, 0);
  for (unsigned int i = 0; i < count; i++)
    {
      TestJob *job = g_new0 (TestJob, 1);

      job->id = test_seed_id (i);
      job->created_at = newest_ms - (gint64) i * HOUR_MS;
      job->duration = 1000;
      if (i % 7 == 3)
        job->failure = g_strdup ("Out of disk space");
      else
        job->model_version = g_strdup_printf ("1.%u.0.%u", 1 - MIN (i / 5, 1), 253 - i % 200);
      job->comment = g_strdup (i % 2 == 0 ? "Automatically created nightly snapshot"
                                          : "Manually created snapshot");
      g_ptr_array_add (self->snapshots, job);
    }
}

static void
append_escaped (GString    *out,
                const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (out, "\\%c", *c);
    else if ((unsigned char) *c < 0x20)
      g_string_append_printf (out, "\\u%04x", *c);
    else
      g_string_append_c (out, *c);
}

/* With a comma before it, unless it is the first. */
void
test_write_string (GString    *out,
                   const char *name,
                   const char *value)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
  if (value == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_c (out, '"');
  append_escaped (out, value);
  g_string_append_c (out, '"');
}

static void
write_time (GString    *out,
            const char *name,
            gint64      time)
{
  g_autofree char *text = mainstay_time_format (time);

  test_write_string (out, name, text);
}

void
test_write_app (GString *out)
{
  g_string_append_c (out, '{');
  test_write_string (out, "AppId", MAINSTAY_TEST_APP);
  test_write_string (out, "Name", "Sample App");
  test_write_string (out, "ProjectId", MAINSTAY_TEST_PROJECT);
  test_write_string (out, "Url", "sample.example.com");
  g_string_append_c (out, '}');
}

void
test_write_environment (GString         *out,
                        TestEnvironment *environment)
{
  g_string_append_c (out, '{');
  test_write_string (out, "Status", test_environment_get_status (environment));
  test_write_string (out, "EnvironmentId", environment->id);
  test_write_string (out, "Url", "https://sample.example.com");
  test_write_string (out, "Mode", environment->mode);
  test_write_string (out, "ModelVersion", environment->model_version);
  test_write_string (out, "MendixVersion", "9.24.1.1");
  g_string_append_printf (out, ",\"Production\":%s,\"Instances\":1}",
                          environment->production ? "true" : "false");
}

void
test_write_package (GString      *out,
                    unsigned int  index,
                    const char   *version)
{
  g_autofree char *id = g_strdup_printf ("55555555-0000-4000-8000-%012u", index);

  g_string_append_c (out, '{');
  test_write_string (out, "PackageId", id);
  test_write_string (out, "Name", "Sample App");
  test_write_string (out, "Description", "");
  test_write_string (out, "Version", version);
  test_write_string (out, "Creator", "Jane");
  test_write_string (out, "Status", "Succeeded");
  g_string_append (out, ",\"CreationDate\":1763881800000,\"Size\":12345}");
}

static void
write_job (GString    *out,
           TestJob    *job,
           const char *id_member,
           const char *done)
{
  const char *state = test_job_get_state (job);
  gboolean finished = is_finished (job);

  g_string_append_c (out, '{');
  test_write_string (out, id_member, job->id);
  test_write_string (out, "state", state);
  test_write_string (out, "status_message",
                     !finished ? NULL : job->failure != NULL ? job->failure : done);
  write_time (out, "created_at", job->created_at);
  if (finished)
    write_time (out, "finished_at", job->created_at + job->duration);
  else
    test_write_string (out, "finished_at", NULL);
}

void
test_write_snapshot (GString *out,
                     TestJob *job)
{
  write_job (out, job, "snapshot_id", "Completed backup creation");
  if (job->model_version != NULL)
    test_write_string (out, "model_version", job->model_version);
  test_write_string (out, "comment", job->comment);
  if (is_finished (job))
    write_time (out, "updated_at", job->created_at + job->duration);
  write_time (out, "expires_at", job->created_at + (gint64) 90 * 24 * HOUR_MS);
  g_string_append_c (out, '}');
}

void
test_write_archive (GString   *out,
                    TestModel *model,
                    TestJob   *job)
{
  write_job (out, job, "archive_id", "Completed extraction");
  test_write_string (out, "snapshot_id", job->parent);
  test_write_string (out, "data_type", job->extra);
  if (is_finished (job) && job->failure == NULL)
    {
      g_autofree char *url = g_strdup_printf ("%s/%s/%s?X-Signature=5ig%s", model->archive_origin,
                                              job->extra, job->id, job->id);

      test_write_string (out, "url", url);
    }
  g_string_append_c (out, '}');
}

void
test_write_restore (GString    *out,
                    TestJob    *job,
                    const char *target)
{
  write_job (out, job, "restore_id", "Completed restore");
  test_write_string (out, "source_snapshot_id", job->parent);
  test_write_string (out, "source_environment_id", job->extra);
  test_write_string (out, "target_environment_id", target);
  g_string_append_c (out, '}');
}
