/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-content-index.h"
#include "mainstay-portal-content-session.h"
#include "mainstay-portal-pack-writer.h"

G_BEGIN_DECLS

#define MAINSTAY_PORTAL_INDEX_NAME "index"
/* So many contents are kept in memory before they go into the index. */
#define MAINSTAY_PORTAL_MERGE_PLACES 32768

/* What is open now, and in how many places it is being written. */
typedef struct
{
  MainstayPortalPackWriter *pack;
  unsigned int n_writing;
  gboolean has_failed;
  gboolean is_orphan; /* the last to write frees it */
} MainstayPortalOpenPack;

struct _MainstayPortalContentStore
{
  char *folder;
  char *index_path;
  gboolean is_relaxed;
  gboolean is_read_only;

  GMutex lock; /* for all below */
  GCond changed;
  MainstayPortalContentIndex *index;
  GHashTable *recent;      /* digests of what is not in the index yet, to owned RecentPlace */
  GArray *sealed;          /* MainstayPortalPlace of finished packs that are not in the index yet */
  GArray *sealed_packs;    /* guint64, what their slots mean */
  MainstayPortalOpenPack *open; /* (nullable) */
  unsigned int n_sealing;
  GHashTable *readers;     /* guint64 to MainstayPortalPack: some of the finished ones */
  GPtrArray *sessions;     /* borrowed */

  /* While a collection runs. */
  gboolean is_collecting;
  GHashTable *doomed;      /* (nullable) guint64: packs that will be gone at its end */
  MainstayPortalContentIndex *doomed_index; /* what it goes by */
  const guint8 *live;      /* a bit for each place in that: what it will keep of the doomed packs */
  GArray *ended_pins;      /* guint64: of sessions that ended while it runs */
  GPtrArray *ended_holds;  /* MainstayPortalBackup */
};

typedef struct
{
  MainstayPortalPlace place;
  guint64 pack;
} MainstayPortalRecentPlace;

struct _MainstayPortalContentSession
{
  MainstayPortalContentStore *store;
  GArray *pins;     /* guint64: the first bytes of the digests of all that was put */
  GPtrArray *holds; /* MainstayPortalBackup */
  GError *error;    /* something it has put was lost */
};

/* The first bytes of a digest. Two contents that share them are both kept where one would do. */
guint64  mainstay_portal_content_pin           (const guint8                 *digest);
/* Where a content is; with the lock. @pack gets its pack's id. With @for_new_use, nothing that a
 * running collection is about to remove. */
const MainstayPortalPlace *
         mainstay_portal_content_find          (MainstayPortalContentStore  *self,
                                                const guint8                 *digest,
                                                gboolean                     for_new_use,
                                                guint64                     *pack);
/* Whether the step may be done: mainstay_portal_content_set_hook(). */
gboolean mainstay_portal_content_may_go_on     (const char                  *step,
                                                GError                     **error);
/* Finishes the open pack and waits for those that others are finishing. */
gboolean mainstay_portal_content_seal_all      (MainstayPortalContentStore  *self,
                                                GError                     **error);
/* With the lock: takes what was sealed into the index, without the packs in @dropped (nullable).
 * Nothing is lost when it fails. */
gboolean mainstay_portal_content_merge         (MainstayPortalContentStore  *self,
                                                GHashTable                  *dropped,
                                                GError                     **error);
/* Writes gathered records, but those that others have put meanwhile. With @is_move, also what is in
 * a pack that will be gone. */
gboolean mainstay_portal_content_write_records (MainstayPortalContentStore  *self,
                                                GByteArray                  *records,
                                                gboolean                     is_move,
                                                GError                     **error);

G_END_DECLS
