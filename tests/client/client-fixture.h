/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-test-server.h"
#include "mainstay-time.h"

G_BEGIN_DECLS

/* A server, a client of it whose waits are short, and the app and environments there are. */
typedef struct
{
  MainstayTestServer *server;
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *test;
  MainstayEnvironment *acceptance;
} Fixture;

#define TEST_WAIT_SCALE 0.02

void          fixture_set_up          (Fixture              *fixture,
                                       gconstpointer         data);
void          fixture_tear_down       (Fixture              *fixture,
                                       gconstpointer         data);

/* Runs the main loop until the pair's callback has come; fails the test after some seconds. */
typedef struct
{
  GAsyncResult *result;
} Await;

void          await_cb                (GObject              *object,
                                       GAsyncResult         *result,
                                       gpointer              data);
GAsyncResult *await_result            (Await                *await);
void          await_clear             (Await                *await);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Await, await_clear)

typedef gboolean (*Condition) (gpointer data);
void          await_condition         (Condition             condition,
                                       gpointer              data);
void          await_ms                (unsigned int          milliseconds);

MainstayBackup *create_backup         (Fixture              *fixture,
                                       const char           *comment,
                                       GError              **error);
MainstayApp    *make_app              (const char           *id,
                                       const char           *project_id);
MainstayBackup *make_backup           (const char           *id,
                                       const char           *created_at,
                                       const char           *state);

/* The last request that matches, as in mainstay_test_server_count(). */
MainstayTestRequest *last_request     (GPtrArray            *requests,
                                       const char           *method);

#define TEST_SNAPSHOTS "/api/v2/apps/" MAINSTAY_TEST_PROJECT "/environments/" \
                       MAINSTAY_TEST_ENVIRONMENT "/snapshots"
#define ACCEPTANCE_RESTORES "/api/v2/apps/" MAINSTAY_TEST_PROJECT "/environments/" \
                            MAINSTAY_ACCEPTANCE_ENVIRONMENT "/restores"

G_END_DECLS
