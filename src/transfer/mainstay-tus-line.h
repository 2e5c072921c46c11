/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-tus-digest.h"
#include "mainstay-upload-piece.h"
#include "mainstay-upload-source.h"

G_BEGIN_DECLS

/**
 * MainstayTusLine:
 *
 * The requests of the tus 1.0.0 protocol (portal-api.md, part 3) for one upload, each sent once.
 * Blocks: it belongs to one worker thread.
 */
typedef struct
{
  MainstayClient *client;    /* owned; of this thread */
  GCancellable *cancellable; /* borrowed, nullable: of the next request */
  char *location;            /* owned, nullable: the upload's address */

  /* what OPTIONS told */
  gint64 max_size;           /* bytes, -1 when unlimited */
  MainstayTusAlgorithm algorithm; /* to prove pieces by */
  gboolean has_sha256;

  /* of the last answer */
  unsigned int status;       /* HTTP, 0 without one */
  gint64 retry_after_ms;     /* -1 when not told */
} MainstayTusLine;

/* A status of the checksum extension. */
#define MAINSTAY_TUS_CHECKSUM_MISMATCH 460

void     mainstay_tus_line_init       (MainstayTusLine       *self,
                                       MainstayClient        *client,
                                       const char            *id);
void     mainstay_tus_line_clear      (MainstayTusLine       *self);
char    *mainstay_tus_line_dup_id     (MainstayTusLine       *self);
gboolean mainstay_tus_line_ask_server (MainstayTusLine       *self,
                                       GError               **error);
gboolean mainstay_tus_line_create     (MainstayTusLine       *self,
                                       MainstayUploadSource  *source,
                                       const char            *kind,
                                       GError               **error);
gint64   mainstay_tus_line_ask_offset (MainstayTusLine       *self,
                                       GError               **error);
gint64   mainstay_tus_line_send       (MainstayTusLine       *self,
                                       MainstayUploadPiece   *piece,
                                       gint64                 offset,
                                       gint64                 length,
                                       const char            *checksum,
                                       GError               **error);

/* The address of the upload that the API names so; below the account's. (transfer full) */
char    *mainstay_tus_address         (const char            *id);

G_END_DECLS
