/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-list.h"
#include "mainstay-client.h"

#include "scratch.h"

G_BEGIN_DECLS

/* The real portal program as a child, with its sample: what an environment really holds can be
 * looked at behind its back. */
typedef struct
{
  Scratch scratch;
  char *data;
  char *url;
  char *username;
  char *key;
  GSubprocess *process;
} PortalChild;

PortalChild *portal_child_new      (const char          *program);
void         portal_child_free     (PortalChild         *self);

/* One environment of the first app that has it, seen through a client of its own. */
typedef struct
{
  PortalChild *portal;
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackupList *list;
} PortalView;

/* @url: (nullable): another address of the same portal */
void         portal_view_open      (PortalView          *self,
                                    PortalChild         *portal,
                                    const char          *url,
                                    const char          *mode);
void         portal_view_close     (PortalView          *self);
void         portal_view_refresh   (PortalView          *self);
/* (transfer none): the oldest completed one */
MainstayBackup *portal_view_oldest (PortalView          *self);
/* (transfer full) */
char        *portal_view_database  (PortalView          *self);
char        *portal_view_files     (PortalView          *self);
/* (transfer full): a part of what the portal keeps of a backup, taken out of it */
char        *portal_view_stored    (PortalView          *self,
                                    MainstayBackup      *backup,
                                    const char          *name);

/* How many rows an SQLite file has in all its tables. */
gint64       count_rows            (const char          *path);
/* What a folder holds: a line for each file, name and digest, sorted. (transfer full) */
char        *describe_folder       (const char          *path);
char        *digest_of_file        (const char          *path);

G_END_DECLS
