/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-range-set.h"

G_BEGIN_DECLS

/**
 * MainstayPartJournal:
 *
 * What is known of a part beyond its bytes, kept beside it as NAME.part.journal: which archive it
 * is of, and which of its bytes have reached the disk. It holds no link, which is a secret, only
 * the link's origin. Strings are %NULL where nothing is known.
 *
 * The state of the running digest and of the proof is not in it: neither libarchive nor ISA-L can
 * save theirs. The bytes there are get read back once after a restart, which also proves that the
 * disk has kept them.
 */
typedef struct
{
  char *origin;         /* scheme, host and port */
  char *project_id;
  char *environment_id;
  char *backup_id;
  char *data_type;      /* as on the wire */
  char *archive_id;
  char *etag;           /* a strong one */
  char *last_modified;  /* where it is as good as a strong validator */
  char *repr_digest;    /* RFC 9530 */
  gint64 length;        /* bytes of the whole file, -1 when unknown */
  gint64 inode;         /* of the whole file, just before it gets its name; 0 earlier */
  gboolean verifies;    /* whether the content is proved, not only its length and digest */
  gboolean replaces;    /* a file with the asked name may be replaced */
  MainstayRangeSet *done;
} MainstayPartJournal;

MainstayPartJournal *mainstay_part_journal_new       (void);
MainstayPartJournal *mainstay_part_journal_copy      (MainstayPartJournal        *self);
void                 mainstay_part_journal_free      (MainstayPartJournal        *self);
/* Forgets which bytes there are and what they are of. */
void                 mainstay_part_journal_reset     (MainstayPartJournal        *self);
/* Whether @self and @other are of the same part of the same backup. */
gboolean             mainstay_part_journal_same_backup (MainstayPartJournal      *self,
                                                        MainstayPartJournal      *other);
MainstayPartJournal *mainstay_part_journal_parse     (const char                 *text,
                                                      gsize                       length,
                                                      GError                    **error);
char                *mainstay_part_journal_to_text   (MainstayPartJournal        *self);
char                *mainstay_part_journal_get_path  (const char                 *part_path);
/* These block. Errors are %MAINSTAY_ERROR. */
MainstayPartJournal *mainstay_part_journal_load      (const char                 *path,
                                                      GError                    **error);
gboolean             mainstay_part_journal_save      (MainstayPartJournal        *self,
                                                      const char                 *path,
                                                      GError                    **error);
void                 mainstay_part_journal_remove    (const char                 *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPartJournal, mainstay_part_journal_free)

G_END_DECLS
