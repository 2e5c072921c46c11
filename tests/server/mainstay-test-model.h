/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the server holds: one app, its environments, and their jobs. */

typedef struct
{
  char *id;
  char *parent;        /* of archives: the snapshot; of restores: the source snapshot */
  char *extra;         /* of archives: the data type; of restores: the source environment */
  char *comment;       /* of snapshots */
  char *model_version; /* of snapshots, nullable */
  char *failure;       /* nullable */
  gint64 created_at;   /* milliseconds since 1970 */
  gint64 duration;     /* milliseconds */
} TestJob;

typedef struct
{
  const char *id;
  const char *mode;
  const char *model_version;
  gboolean production;
  const char *status;
  gint64 changes_at;       /* when next_status becomes true, 0 for never */
  const char *next_status;
  GPtrArray *snapshots;    /* of TestJob, newest first */
  GPtrArray *archives;
  GPtrArray *restores;
  GPtrArray *starts;
} TestEnvironment;

typedef struct
{
  TestEnvironment environments[3];
  unsigned int job_ms;
  char *job_failure;
  char *archive_origin;
  unsigned int next_id;
} TestModel;

void             test_model_init             (TestModel        *self);
void             test_model_clear            (TestModel        *self);
TestEnvironment *test_model_find_environment (TestModel        *self,
                                              const char       *id);
TestEnvironment *test_model_find_mode        (TestModel        *self,
                                              const char       *mode);
TestJob         *test_model_add_job          (TestModel        *self,
                                              GPtrArray        *jobs,
                                              const char       *parent,
                                              const char       *extra);
TestJob         *test_model_find_job         (GPtrArray        *jobs,
                                              const char       *id,
                                              unsigned int     *position);
const char      *test_job_get_state          (TestJob          *self);
gboolean         test_environment_is_busy    (TestEnvironment  *self);
const char      *test_environment_get_status (TestEnvironment  *self);
void             test_environment_seed       (TestEnvironment  *self,
                                              unsigned int      count,
                                              gint64            newest_ms);
char            *test_seed_id                (unsigned int      index);

/* JSON */
void             test_write_string           (GString          *out,
                                              const char       *name,
                                              const char       *value);
void             test_write_app              (GString          *out);
void             test_write_environment      (GString          *out,
                                              TestEnvironment  *environment);
void             test_write_package          (GString          *out,
                                              unsigned int      index,
                                              const char       *version);
void             test_write_snapshot         (GString          *out,
                                              TestJob          *job);
void             test_write_archive          (GString          *out,
                                              TestModel        *model,
                                              TestJob          *job);
void             test_write_restore          (GString          *out,
                                              TestJob          *job,
                                              const char       *target);

/* A real archive's bytes. */
GBytes          *test_archive_new            (const char       *data_type);

G_END_DECLS
