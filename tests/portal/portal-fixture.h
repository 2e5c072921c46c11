/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-private.h"

G_BEGIN_DECLS

/* A portal in a folder of its own: the app `harbour` with Test and Production, the app `other` with
 * Test; real SQLite databases and files in all of them, model 2.0.0.1 deployed, stopped. */
typedef struct
{
  char *directory;
  MainstayPortal *portal;
  MainstayPortalUser *user; /* may do everything */
  char *key;
  MainstayPortalEnvironment *test;
  MainstayPortalEnvironment *production; /* publishes two services */
  MainstayPortalEnvironment *other;
  char *old_package; /* model 1.0.0.1 */
  char *package;     /* model 2.0.0.1 */
} PortalFixture;

#define FIXTURE_FILES 12
#define FIXTURE_SHIPMENTS 2400

void    portal_fixture_set_up      (PortalFixture                   *self,
                                    gconstpointer                    data);
void    portal_fixture_tear_down   (PortalFixture                   *self,
                                    gconstpointer                    data);
/* As after a crash: the records as they are, the jobs' threads gone. */
void    portal_fixture_reopen      (PortalFixture                   *self);
/* The environment as it is in the records now. Returns: (transfer full) */
MainstayPortalEnvironment *
        portal_fixture_look        (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment);
void    portal_fixture_set_status  (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment,
                                    MainstayEnvironmentStatus        status);
char   *portal_fixture_database    (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment);
char   *portal_fixture_files       (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment);
gint64  portal_fixture_number      (const char                      *database,
                                    const char                      *sql);
void    portal_fixture_execute     (const char                      *database,
                                    const char                      *sql);
/* One text of all names and digests below @folder, sorted. */
char   *portal_fixture_digest_tree (const char                      *folder);
/* Also while the portal is removing what is in it. */
gboolean portal_fixture_is_empty   (const char                      *folder);
/* Database rows and files of an environment, as one text. */
char   *portal_fixture_picture     (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment);
/* Makes one and waits. Returns: (transfer full): as it is when finished */
MainstayPortalSnapshot *
        portal_fixture_back_up     (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment);
/* A file or folder of what is stored of it: `db.backup` or `files`, taken out into a folder. */
char   *portal_fixture_stored      (PortalFixture                   *self,
                                    const MainstayPortalSnapshot    *snapshot,
                                    const char                      *name);
void    portal_fixture_wait        (PortalFixture                   *self);
/* Makes an archive and waits. Returns: (transfer full): its path */
char   *portal_fixture_pack        (PortalFixture                   *self,
                                    const MainstayPortalEnvironment *environment,
                                    const char                      *snapshot_id,
                                    const char                      *data_type);
/* A finished upload of the bytes of @path. Returns: (transfer full): its id */
char   *portal_fixture_upload      (PortalFixture                   *self,
                                    const char                      *kind,
                                    const char                      *path);

G_END_DECLS
