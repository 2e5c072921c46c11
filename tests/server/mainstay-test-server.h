/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayTestServer:
 *
 * A portal that has parts 1 and 2 of portal-api.md and nothing else, as the public service: no
 * capabilities, no details, no uploaded-files archive, and archive links on another origin that
 * are signed for GET alone. Runs in a thread of its own; every function may be called from any
 * other. What goes wrong is scripted by faults, and every request is written down.
 */
typedef struct _MainstayTestServer MainstayTestServer;

#define MAINSTAY_TEST_USERNAME "jane@example.com"
#define MAINSTAY_TEST_API_KEY "5ecret-0000-4000-8000-key"
#define MAINSTAY_TEST_APP "sample"
#define MAINSTAY_TEST_PROJECT "11111111-0000-4000-8000-000000000001"
/* The environments Test, Acceptance and Production: running, stopped, running. */
#define MAINSTAY_TEST_ENVIRONMENT "22222222-0000-4000-8000-000000000001"
#define MAINSTAY_ACCEPTANCE_ENVIRONMENT "22222222-0000-4000-8000-000000000002"
#define MAINSTAY_PRODUCTION_ENVIRONMENT "22222222-0000-4000-8000-000000000003"

typedef enum {
  MAINSTAY_FAULT_ANSWER,   /* answers status and body instead of doing anything */
  MAINSTAY_FAULT_DROP,     /* reads the request and closes the connection, doing nothing */
  MAINSTAY_FAULT_LOSE,     /* does what is asked and closes the connection without an answer */
  MAINSTAY_FAULT_DELAY,    /* does what is asked and answers after delay_ms */
  MAINSTAY_FAULT_TRUNCATE  /* does what is asked and sends half of the answer's bytes */
} MainstayTestFaultKind;

typedef struct
{
  const char *method;       /* NULL: any */
  const char *path;         /* a glob over the path, NULL: any */
  int times;                /* requests it meets, -1 for all; 0 is taken as 1 */
  MainstayTestFaultKind kind;
  unsigned int status;
  const char *content_type; /* NULL: application/json */
  const char *body;         /* NULL: empty */
  const char *header;       /* NULL: none; as in "Retry-After: 1" */
  unsigned int delay_ms;
} MainstayTestFault;

typedef struct
{
  char *method;
  char *path;               /* escaped, with its query */
  char *body;
  GHashTable *headers;      /* lower-case name to value */
  gboolean elsewhere;       /* came to the archives' origin */
} MainstayTestRequest;

MainstayTestServer *mainstay_test_server_new              (void);
void                mainstay_test_server_free             (MainstayTestServer      *self);
const char         *mainstay_test_server_get_url          (MainstayTestServer      *self);
const char         *mainstay_test_server_get_archive_url  (MainstayTestServer      *self);

/* Faults are asked in the order in which they were added. */
void                mainstay_test_server_add_fault        (MainstayTestServer      *self,
                                                           const MainstayTestFault *fault);
void                mainstay_test_server_clear_faults     (MainstayTestServer      *self);

/* (transfer full) (element-type MainstayTestRequest): so far, oldest first */
GPtrArray          *mainstay_test_server_dup_requests     (MainstayTestServer      *self);
/* How many there were; method and path as in a fault. */
unsigned int        mainstay_test_server_count            (MainstayTestServer      *self,
                                                           const char              *method,
                                                           const char              *path);
void                mainstay_test_server_forget_requests  (MainstayTestServer      *self);

/* How long a job takes; the first third of it is queued. */
void                mainstay_test_server_set_job_ms       (MainstayTestServer      *self,
                                                           unsigned int             milliseconds);
/* The next jobs fail with this message; NULL: they do not. */
void                mainstay_test_server_set_job_failure  (MainstayTestServer      *self,
                                                           const char              *message);
/* Lists send everything whatever was asked. */
void                mainstay_test_server_set_all_at_once  (MainstayTestServer      *self,
                                                           gboolean                 all_at_once);
/* Lists send the first page whatever was asked. */
void                mainstay_test_server_set_ignore_offset (MainstayTestServer     *self,
                                                            gboolean                ignore);
void                mainstay_test_server_set_largest_page (MainstayTestServer      *self,
                                                           unsigned int             largest);

/* Replaces an environment's backups by @count finished ones, one an hour back from @newest_ms; some
 * failed, without model version. Their ids are mainstay_test_server_seed_id() of 0, the newest,
 * and so on. */
void                mainstay_test_server_seed             (MainstayTestServer      *self,
                                                           const char              *environment_id,
                                                           unsigned int             count,
                                                           gint64                   newest_ms);
char               *mainstay_test_server_seed_id          (unsigned int             index);
unsigned int        mainstay_test_server_count_backups    (MainstayTestServer      *self,
                                                           const char              *environment_id);
gboolean            mainstay_test_server_has_backup       (MainstayTestServer      *self,
                                                           const char              *environment_id,
                                                           const char              *backup_id);
/* As if somebody else did it. */
void                mainstay_test_server_remove_backup    (MainstayTestServer      *self,
                                                           const char              *environment_id,
                                                           const char              *backup_id);
/* (transfer full): the comment that is stored */
char               *mainstay_test_server_dup_comment      (MainstayTestServer      *self,
                                                           const char              *environment_id,
                                                           const char              *backup_id);
unsigned int        mainstay_test_server_count_restores   (MainstayTestServer      *self);
/* As in Deploy v1: Empty, Stopped or Running. */
void                mainstay_test_server_set_status       (MainstayTestServer      *self,
                                                           const char              *environment_id,
                                                           const char              *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayTestServer, mainstay_test_server_free)

G_END_DECLS
