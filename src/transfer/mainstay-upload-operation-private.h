/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation-private.h"
#include "mainstay-tus-upload.h"

G_BEGIN_DECLS

#define MAINSTAY_TYPE_UPLOAD_OPERATION (mainstay_upload_operation_get_type ())
G_DECLARE_FINAL_TYPE (MainstayUploadOperation, mainstay_upload_operation, MAINSTAY,
                      UPLOAD_OPERATION, MainstayOperation)

typedef void (*MainstayUploadNext) (GTask *task);

typedef enum {
  MAINSTAY_UPLOAD_PART_DATABASE,
  MAINSTAY_UPLOAD_PART_FILES,
  MAINSTAY_N_UPLOAD_PARTS
} MainstayUploadPart;

/* One of the two files; all of it owned and nullable. */
typedef struct
{
  char *path;                   /* NULL: nothing of this kind */
  char *fingerprint;            /* of what was looked into, and of what the portal has a part of */
  char *id;                     /* how the API names the upload */
  MainstayUploadSource *source; /* of this run */
  MainstayTusUpload *upload;    /* of this run */
} MainstayUploadState;

struct _MainstayUploadOperation
{
  MainstayOperation parent_instance;

  MainstayUploadState parts[MAINSTAY_N_UPLOAD_PARTS];
  char *job_id;            /* owned, nullable: the load that the portal accepted */
  gboolean posted;         /* the load was asked for, and nobody knows more */

  /* of this run */
  MainstayUploadPart part; /* the one worked on */
  gint64 sent_before;      /* bytes of the parts that are done */
  unsigned int changes;    /* how often a source was another one */
  unsigned int tries;      /* of asking for the load */
  unsigned int told_retries;    /* of the upload under way */
  MainstayUploadNext otherwise; /* what is done where the portal knows no load of it */
};

/* Ends the run in an error, which it takes. */
void        _mainstay_upload_fail     (GTask                    *task,
                                       GError                   *error);
/* Asks for the load of what was sent, unless that was done, and follows it to its end. */
void        _mainstay_upload_load     (GTask                    *task);
/* Follows a load that the portal knows and the record does not; else goes on with @otherwise. */
void        _mainstay_upload_look     (GTask                    *task,
                                       MainstayUploadNext        otherwise);
const char *_mainstay_upload_name     (MainstayUploadPart        part);
JsonObject *_mainstay_upload_describe (MainstayOperation        *operation);

G_END_DECLS
