/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <libsoup/soup.h>

#include "mainstay-part-journal.h"

G_BEGIN_DECLS

/* What an answer means for what there is of the file already. */
typedef enum {
  MAINSTAY_LINK_BYTES,      /* the bytes asked for, or the whole file */
  MAINSTAY_LINK_CHANGED,    /* of another file than before: the bytes there are cannot stay */
  MAINSTAY_LINK_BAD_RANGE,  /* ranges of this server cannot be trusted */
  MAINSTAY_LINK_REFUSED     /* no bytes; the error tells whether waiting helps */
} MainstayLinkVerdict;

/**
 * MainstayLinkAnswer:
 *
 * The head of an answer to a request for bytes of an archive, read with suspicion: two files must
 * never be mixed. To be zeroed at first and cleared at the end.
 */
typedef struct
{
  gint64 begin;           /* where in the file the body begins */
  gint64 end;             /* and ends, -1 when unknown */
  gint64 total;           /* bytes of the file, -1 when unknown */
  gboolean is_range;      /* the server has understood the range */
  gint64 retry_after_ms;  /* -1 when nothing was asked for */
  char *etag;             /* (nullable): a strong one */
  char *last_modified;    /* (nullable): as good as a strong validator */
  char *repr_digest;      /* (nullable) */
} MainstayLinkAnswer;

void                mainstay_link_answer_clear  (MainstayLinkAnswer        *self);
MainstayLinkVerdict mainstay_link_answer_read   (MainstayLinkAnswer        *self,
                                                 unsigned int               status,
                                                 SoupMessageHeaders        *headers,
                                                 gint64                     begin,
                                                 gint64                     end,
                                                 const MainstayPartJournal *known,
                                                 GError                   **error);
/* Whether the first bytes of a body are those of a page for a person or a program. */
gboolean            mainstay_link_answer_is_page (const void               *bytes,
                                                  gsize                     length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MainstayLinkAnswer, mainstay_link_answer_clear)

G_END_DECLS
