/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client.h"
#include "mainstay-error.h"

G_BEGIN_DECLS

/**
 * MainstayMessage:
 * @title: what happened, as a heading
 * @sentence: what happened, as a sentence
 * @next_step: (nullable): what to do about it, as a sentence
 * @detail: (nullable): what the server or the system said, where that helps
 *
 * An error in words for a person. Plain text: escape it where markup is expected.
 */
typedef struct
{
  const char *title;
  const char *sentence;
  const char *next_step;
  char *detail;
} MainstayMessage;

MainstayMessage *mainstay_message_new       (const GError          *error);
void             mainstay_message_free      (MainstayMessage       *self);
/* Sentence, next step and detail, each where there is one. (transfer full) */
char            *mainstay_message_dup_body  (const MainstayMessage *self);
/* The sentence and the next step on one line, for a toast or below a title. (transfer full) */
char            *mainstay_message_dup_line  (const GError          *error);
/* Why a transfer is not getting on just now, and how it goes on. (transfer full) */
char            *mainstay_message_dup_trouble (const GError        *trouble);

/* Why something is not offered: one extension at a time. (transfer none) */
const char      *mainstay_message_missing_extension (MainstayExtensions extension);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayMessage, mainstay_message_free)

G_END_DECLS
