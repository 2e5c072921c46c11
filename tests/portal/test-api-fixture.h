/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-private.h"
#include "mainstay-portal-server.h"
#include "test-api-client.h"

G_BEGIN_DECLS

/* A portal with two apps and three users, served from a thread of its own. */

#define TEST_ROWS 200
#define TEST_FILES 5

typedef struct
{
  char *directory;
  MainstayPortal *portal;
  MainstayPortalServer *server; /* of the thread */
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GSubprocess *program;         /* instead of the five above, when it is the real program */
  char *log;                    /* its standard error output, a file */
  unsigned int port;
  unsigned int idle_seconds;    /* 0: as the program has it */
  int seconds_ahead;            /* of the portal's clock, atomic */

  char *ann_key;                /* all rights on all environments */
  char *ben_key;                /* API rights on Test of shop, and nothing else */
  char *eve_key;                /* no rights */

  char *shop;                   /* project ids */
  char *desk;
  char *test;                   /* environment ids: Test of shop, stopped */
  char *production;             /* Production of shop, running */
  char *acceptance;             /* Acceptance of shop, Empty */
  char *odd;                    /* Odd of shop, with a database of an unknown kind */
  char *desk_test;              /* Test of desk, stopped */
  char *package;                /* of shop, version 1.2.0.300 */
  char *old_package;            /* of shop, version 1.1.0.253 */
} TestApi;

TestApi    *test_api_new          (void);
/* The same data, but not served yet. */
TestApi    *test_api_new_idle     (void);
/* Serves one that is idle; see mainstay_portal_server_set_idle_seconds(). */
void        test_api_serve        (TestApi            *self,
                                   unsigned int        idle_seconds);
/* By @program in a process of its own, with more @arguments; the portal here is closed before. */
void        test_api_spawn        (TestApi            *self,
                                   const char         *program,
                                   const char *const  *arguments);
/* With no time for a last word; test_api_spawn() starts it again. */
void        test_api_kill         (TestApi            *self);
void        test_api_free         (TestApi      *self);
/* @path is without the host; @headers may be NULL and else ends each line with CR LF; @body may be
 * NULL. As Ann. */
TestReply  *test_api_call         (TestApi      *self,
                                   const char   *method,
                                   const char   *path,
                                   const char   *headers,
                                   const char   *body);
TestReply  *test_api_call_as      (TestApi      *self,
                                   const char   *user,
                                   const char   *key,
                                   const char   *method,
                                   const char   *path,
                                   const char   *headers,
                                   const char   *body);
char       *test_api_request      (TestApi      *self,
                                   const char   *method,
                                   const char   *path,
                                   const char   *headers,
                                   const char   *body);
/* The path of a v2 call; @format is what follows the environment. */
char       *test_api_path         (const char   *project,
                                   const char   *environment,
                                   const char   *format,
                                   ...) G_GNUC_PRINTF (3, 4);
/* Waits until the job at @path is over; by asking, not by the clock. */
TestReply  *test_api_follow       (TestApi      *self,
                                   const char   *path);
/* A completed backup of Test. Returns: (transfer full): its id */
char       *test_api_make_backup  (TestApi      *self,
                                   const char   *environment);
/* A completed archive. Returns: (transfer full): the path of its link */
char       *test_api_make_link    (TestApi      *self,
                                   const char   *environment,
                                   const char   *snapshot,
                                   const char   *data_type);
/* A complete upload, in one request; @metadata as the header has it. Returns: (transfer full): its
 * id */
char       *test_api_upload       (TestApi      *self,
                                   const char   *metadata,
                                   GBytes       *bytes);
/* A completed archive out of nothing, with a file of @size zero bytes. Returns: the path of its
 * link */
char       *test_api_fake_link    (TestApi      *self,
                                   gint64        size);
/* A random, and so incompressible, uploaded file of Test. */
void        test_api_add_file     (TestApi      *self,
                                   size_t        size);
/* DATA/environments/… of an environment */
char       *test_api_dup_database (TestApi      *self,
                                   const char   *environment);
char       *test_api_dup_files    (TestApi      *self,
                                   const char   *environment);
int         test_api_count_rows   (const char   *database);
void        test_api_wait         (TestApi      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestApi, test_api_free)

G_END_DECLS
