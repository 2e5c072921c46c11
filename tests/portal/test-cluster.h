/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "portal-fixture.h"

G_BEGIN_DECLS

/* A PostgreSQL server of the test's own, in a temporary folder, with a role `app` that may create
 * databases, and no more than its owner can do elsewhere. */

#define TEST_CLUSTER_PASSWORD "s3cr'et\\ /:@%?#"

typedef struct
{
  char *directory;
  char *programs; /* PostgreSQL's */
  GSubprocess *server;
  char *library;  /* (nullable): a copy of tests/portal/full-disk.c's */
  char *disk;     /* (nullable): what that reads */
} TestCluster;

/* Waits until a server that had trouble answers again, and starts one that has ended. Returns:
 * whether it had */
gboolean     test_cluster_revive    (TestCluster *self);
TestCluster *test_cluster_new       (void);
/* @library: tests/portal/full-disk.c, or %NULL */
TestCluster *test_cluster_new_with_disk (const char *library);
/* How many bytes the files in a folder of the cluster's may grow by; with %NULL as they like. */
void         test_cluster_set_room  (TestCluster *self,
                                     const char  *folder,
                                     gint64       bytes);
void         test_cluster_free      (TestCluster *self);
void         test_cluster_start     (TestCluster *self);
/* With no time for a last word. */
void         test_cluster_stop      (TestCluster *self);
/* As the server's owner, in @database. */
void         test_cluster_execute   (TestCluster *self,
                                     const char  *database,
                                     const char  *statements);
char        *test_cluster_ask       (TestCluster *self,
                                     const char  *database,
                                     const char  *query);
gint64       test_cluster_number    (TestCluster *self,
                                     const char  *database,
                                     const char  *query);
/* Makes one of role `app` and fills it as an app does, @seed by @seed differently. */
void         test_cluster_make      (TestCluster *self,
                                     const char  *database,
                                     int          seed);
/* As role `app`, with its password. */
char        *test_cluster_uri       (TestCluster *self,
                                     const char  *database);
/* All that is in it: each table with a digest of its rows, large objects, sequences and so on. */
char        *test_cluster_picture   (TestCluster *self,
                                     const char  *database);
/* The same with the uploaded files of the fixture's environment. */
char        *test_cluster_picture_all
                                    (TestCluster *self,
                                     const char  *database,
                                     PortalFixture *fixture);
/* Something of both kinds of data that no backup has. */
void         test_cluster_change_all (TestCluster  *self,
                                     const char    *database,
                                     PortalFixture *fixture,
                                     int            round);
/* The names of all databases, sorted. */
char        *test_cluster_list      (TestCluster *self);
/* Lets an environment have this database instead of its own. */
void         test_cluster_attach    (MainstayPortal            *portal,
                                     const char                *environment_id,
                                     const char                *uri);
/* Waits until nothing holds the environment any more. */
void         test_cluster_await_idle (MainstayPortal           *portal,
                                     const char                *environment_id);
/* Waits until nothing holds the fixture's environment Test, and nothing has to be removed. */
void         test_cluster_await_settled (PortalFixture         *fixture);
/* Waits until no program speaks to the server any more, for a portal that may be gone. */
void         test_cluster_await_no_programs (TestCluster       *self);

G_END_DECLS
