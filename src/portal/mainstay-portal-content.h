/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-sha256.h"

G_BEGIN_DECLS

/* What the portal keeps of backups: each distinct content once, named by its SHA-256. Small
 * contents are one piece; large ones are a list of pieces, and the list is a content itself. */

/* A file above this is cut into pieces. */
#define MAINSTAY_PORTAL_PIECE_MAX (2 * 1024 * 1024)
/* Lists of pieces and folders' entries may be longer than pieces of data, but not without end. */
#define MAINSTAY_PORTAL_CONTENT_MAX (1024 * 1024 * 1024)

typedef enum {
  MAINSTAY_PORTAL_CONTENT_WHOLE,
  MAINSTAY_PORTAL_CONTENT_LIST
} MainstayPortalContentKind;

typedef struct
{
  MainstayPortalContentKind kind;
  gint64 size;                           /* bytes of what it stands for */
  guint8 digest[MAINSTAY_SHA256_LENGTH]; /* of the bytes, or of the list */
} MainstayPortalContent;

/* One piece in a list, as it is stored: the length is little-endian. */
typedef struct
{
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  guint32 length;
} MainstayPortalPiece;

G_STATIC_ASSERT (sizeof (MainstayPortalPiece) == MAINSTAY_SHA256_LENGTH + 4);

G_END_DECLS
