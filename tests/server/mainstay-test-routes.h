/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-test-model.h"

G_BEGIN_DECLS

typedef struct
{
  const char *method;
  const char *const *parts; /* of the path, decoded */
  unsigned int n_parts;
  GHashTable *query;        /* nullable */
  const char *body;
  const char *username;     /* nullable */
  const char *api_key;      /* nullable */
} TestCall;

typedef struct
{
  unsigned int status;
  GString *body;
} TestAnswer;

typedef struct
{
  TestModel *model;
  gboolean all_at_once;
  gboolean ignore_offset;
  unsigned int largest_page;
} TestRoutes;

void test_routes_answer (TestRoutes     *self,
                         const TestCall *call,
                         TestAnswer     *answer);

G_END_DECLS
