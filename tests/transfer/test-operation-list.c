/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fake-operation.h"
#include "fake-transfer.h"
#include "mainstay-error.h"
#include "mainstay-operation-list.h"

typedef struct
{
  MainstayOperationList *list;
  GString *changes;
  GPtrArray *finished; /* (element-type MainstayOperation) */
} Fixture;

static void
items_changed_cb (GListModel   *model,
                  unsigned int  position,
                  unsigned int  removed,
                  unsigned int  added,
                  gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->changes, "%u-%u+%u ", position, removed, added);
}

static void
finished_cb (MainstayOperationList *list,
             MainstayOperation     *operation,
             gpointer               user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (mainstay_operation_is_active (operation));
  g_ptr_array_add (fixture->finished, operation);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->list = mainstay_operation_list_new ();
  fixture->changes = g_string_new (NULL);
  fixture->finished = g_ptr_array_new ();
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  g_signal_connect (fixture->list, "finished", G_CALLBACK (finished_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->list);
  g_string_free (fixture->changes, TRUE);
  g_ptr_array_unref (fixture->finished);
}

static void
assert_order (Fixture           *fixture,
              MainstayOperation *first,
              MainstayOperation *second)
{
  g_autoptr(MainstayOperation) a = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_autoptr(MainstayOperation) b = g_list_model_get_item (G_LIST_MODEL (fixture->list), 1);
  g_autoptr(MainstayOperation) c = g_list_model_get_item (G_LIST_MODEL (fixture->list), 2);

  g_assert_true (a == first);
  g_assert_true (b == second);
  g_assert_null (c);
}

static void
test_add (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(MainstayOperation) one = fake_operation_new ();
  g_autoptr(MainstayOperation) two = fake_operation_new ();
  GListModel *model = G_LIST_MODEL (fixture->list);

  g_assert_true (g_list_model_get_item_type (model) == MAINSTAY_TYPE_OPERATION);
  mainstay_operation_list_add (fixture->list, one);
  g_assert_true (fake_operation_runs (one));
  mainstay_operation_list_add (fixture->list, two);
  g_assert_cmpstr (fixture->changes->str, ==, "0-0+1 0-0+1 ");
  assert_order (fixture, two, one);
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 2);

  fake_operation_end (one, NULL);
  wait_for_end (one);
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 1);
  g_assert_cmpuint (fixture->finished->len, ==, 1);
  g_assert_true (g_ptr_array_index (fixture->finished, 0) == one);
  fake_operation_end (two, g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No"));
  wait_for_end (two);
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 0);
  g_assert_cmpuint (fixture->finished->len, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
}

static void
test_progress (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(MainstayOperation) big = fake_operation_new ();
  g_autoptr(MainstayOperation) small = fake_operation_new ();
  g_autoptr(MainstayOperation) unsized = fake_operation_new ();

  mainstay_operation_list_add (fixture->list, big);
  mainstay_operation_list_add (fixture->list, small);
  mainstay_operation_list_add (fixture->list, unsized);
  g_assert_cmpfloat (mainstay_operation_list_get_progress (fixture->list), <, 0);

  mainstay_operation_set_bytes (big, 0, 9000);
  mainstay_operation_set_bytes (small, 500, 1000);
  wait_milliseconds (250);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.05,
                                  0.0001);
  /* Weighs as much as the others on average. */
  mainstay_operation_set_progress (unsized, 0.5);
  wait_milliseconds (250);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.2,
                                  0.0001);
  fake_operation_end (unsized, NULL);
  wait_for_end (unsized);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.05,
                                  0.0001);
  fake_operation_end (big, NULL);
  fake_operation_end (small, NULL);
  wait_for_end (big);
  wait_for_end (small);
  g_assert_cmpfloat (mainstay_operation_list_get_progress (fixture->list), <, 0);
}

static void
test_clear (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(MainstayOperation) one = fake_operation_new ();
  g_autoptr(MainstayOperation) two = fake_operation_new ();
  MainstayOperation *three = fake_operation_new ();
  gpointer weak = three;

  g_object_add_weak_pointer (G_OBJECT (three), &weak);
  mainstay_operation_list_add (fixture->list, one);
  mainstay_operation_list_add (fixture->list, two);
  mainstay_operation_list_add (fixture->list, three);
  fake_operation_end (three, NULL);
  fake_operation_end (one, NULL);
  wait_for_end (three);
  wait_for_end (one);
  g_object_unref (three);
  g_string_truncate (fixture->changes, 0);
  mainstay_operation_list_clear_finished (fixture->list);
  g_assert_cmpstr (fixture->changes->str, ==, "2-1+0 0-1+0 ");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  g_assert_null (weak);
  fake_operation_end (two, NULL);
  wait_for_end (two);
  g_assert_cmpuint (fixture->finished->len, ==, 3);
}

static void
test_cancel_all (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(MainstayOperation) one = fake_operation_new ();
  g_autoptr(MainstayOperation) two = fake_operation_new ();

  mainstay_operation_list_add (fixture->list, one);
  mainstay_operation_list_add (fixture->list, two);
  mainstay_operation_pass_no_return (two);
  mainstay_operation_list_cancel_all (fixture->list);
  wait_for_end (one);
  g_assert_cmpint (mainstay_operation_get_state (one), ==, MAINSTAY_OPERATION_CANCELLED);
  g_assert_cmpint (mainstay_operation_get_state (two), ==, MAINSTAY_OPERATION_RUNNING);
  fake_operation_end (two, NULL);
  wait_for_end (two);
  g_assert_cmpint (mainstay_operation_get_state (two), ==, MAINSTAY_OPERATION_DONE);
}

/* The states in the order in which the operations were added. */
static char *
describe (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (fixture->list);
  GString *text = g_string_new (NULL);

  for (unsigned int i = g_list_model_get_n_items (model); i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      g_string_append_c (text, "QRPVDFC"[mainstay_operation_get_state (operation)]);
    }
  return g_string_free (text, FALSE);
}

static void
assert_states (Fixture    *fixture,
               const char *expected)
{
  g_autofree char *found = describe (fixture);

  g_assert_cmpstr (found, ==, expected);
}

static void
add_transfers (Fixture            *fixture,
               MainstayOperation **operations,
               unsigned int        n)
{
  for (unsigned int i = 0; i < n; i++)
    {
      operations[i] = fake_transfer_new ("one");
      mainstay_operation_list_add (fixture->list, operations[i]);
    }
}

/* Lets all of them go, which end what still runs. */
static void
end_transfers (MainstayOperation **operations,
               unsigned int        n)
{
  for (unsigned int i = 0; i < n; i++)
    {
      mainstay_operation_cancel (operations[i]);
      wait_for_end (operations[i]);
      g_object_unref (operations[i]);
    }
}

static void
test_queue (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayOperation *operations[6];
  g_autoptr(MainstayOperation) other = fake_operation_new ();

  g_assert_cmpuint (mainstay_operation_list_get_max_running (fixture->list), ==, 3);
  add_transfers (fixture, operations, 6);
  assert_states (fixture, "RRRQQQ");
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 6);
  /* What is no transfer waits for none and takes no place. */
  mainstay_operation_list_add (fixture->list, other);
  assert_states (fixture, "RRRQQQR");

  fake_transfer_end (operations[1], NULL);
  wait_for_end (operations[1]);
  assert_states (fixture, "RDRRQQR");
  fake_transfer_end (operations[0], g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No"));
  wait_for_end (operations[0]);
  assert_states (fixture, "FDRRRQR");
  /* A waiting one that is cancelled was never run. */
  mainstay_operation_cancel (operations[5]);
  assert_states (fixture, "FDRRRCR");
  g_assert_cmpuint (fake_transfer_get_runs (operations[5]), ==, 0);
  /* A retried one waits for its turn too, which is before the later ones. */
  mainstay_operation_retry (operations[0]);
  assert_states (fixture, "QDRRRCR");
  fake_transfer_end (operations[4], NULL);
  wait_for_end (operations[4]);
  assert_states (fixture, "RDRRDCR");
  g_assert_cmpuint (fixture->finished->len, ==, 4);
  fake_operation_end (other, NULL);
  wait_for_end (other);
  end_transfers (operations, 6);
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayOperation *operations[4];

  mainstay_operation_list_set_max_running (fixture->list, 2);
  add_transfers (fixture, operations, 4);
  assert_states (fixture, "RRQQ");
  mainstay_operation_pause (operations[2]);
  assert_states (fixture, "RRPQ");
  /* Not before it has stopped. */
  fake_transfer_set_slow (operations[0]);
  mainstay_operation_pause (operations[0]);
  assert_states (fixture, "RRPQ");
  fake_transfer_stop (operations[0]);
  wait_for_state (operations[0], MAINSTAY_OPERATION_PAUSED);
  assert_states (fixture, "PRPR");
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 2);
  g_assert_cmpuint (fixture->finished->len, ==, 0);

  mainstay_operation_resume (operations[2]);
  mainstay_operation_resume (operations[0]);
  assert_states (fixture, "QRQR");
  fake_transfer_end (operations[3], NULL);
  wait_for_end (operations[3]);
  assert_states (fixture, "RRQD");
  fake_transfer_end (operations[0], NULL);
  fake_transfer_end (operations[1], NULL);
  wait_for_end (operations[0]);
  wait_for_end (operations[1]);
  assert_states (fixture, "DDRD");
  g_assert_true (mainstay_operation_list_get_has_running (fixture->list));
  mainstay_operation_pause (operations[2]);
  wait_for_state (operations[2], MAINSTAY_OPERATION_PAUSED);
  g_assert_false (mainstay_operation_list_get_has_running (fixture->list));
  g_assert_cmpuint (mainstay_operation_list_get_active_count (fixture->list), ==, 0);
  end_transfers (operations, 4);
}

static void
test_max_running (Fixture       *fixture,
                  gconstpointer  data)
{
  MainstayOperation *operations[5];

  mainstay_operation_list_set_max_running (fixture->list, 0);
  g_assert_cmpuint (mainstay_operation_list_get_max_running (fixture->list), ==, 1);
  add_transfers (fixture, operations, 5);
  assert_states (fixture, "RQQQQ");
  g_object_set (fixture->list, "max-running", 3, NULL);
  assert_states (fixture, "RRRQQ");
  /* Fewer stop none. */
  mainstay_operation_list_set_max_running (fixture->list, 2);
  assert_states (fixture, "RRRQQ");
  fake_transfer_end (operations[0], NULL);
  wait_for_end (operations[0]);
  assert_states (fixture, "DRRQQ");
  fake_transfer_end (operations[1], NULL);
  wait_for_end (operations[1]);
  assert_states (fixture, "DDRRQ");
  mainstay_operation_list_cancel_all (fixture->list);
  for (int i = 2; i < 5; i++)
    wait_for_end (operations[i]);
  assert_states (fixture, "DDCCC");
  /* Nothing was started only to be cancelled. */
  g_assert_cmpuint (fake_transfer_get_runs (operations[4]), ==, 0);
  end_transfers (operations, 5);
}

/* Waiting ones have done nothing yet, paused ones do not count. */
static void
test_queued_progress (Fixture       *fixture,
                      gconstpointer  data)
{
  MainstayOperation *operations[3];

  mainstay_operation_list_set_max_running (fixture->list, 2);
  add_transfers (fixture, operations, 3);
  g_assert_cmpfloat (mainstay_operation_list_get_progress (fixture->list), <, 0);
  mainstay_operation_set_bytes (operations[0], 500, 1000);
  mainstay_operation_set_bytes (operations[1], 100, 1000);
  wait_milliseconds (250);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.2,
                                  0.0001);
  mainstay_operation_pause (operations[2]);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.3,
                                  0.0001);
  mainstay_operation_pause (operations[1]);
  wait_for_state (operations[1], MAINSTAY_OPERATION_PAUSED);
  g_assert_cmpfloat_with_epsilon (mainstay_operation_list_get_progress (fixture->list), 0.5,
                                  0.0001);
  end_transfers (operations, 3);
}

/* What can be retried is not cleared away with what it has on the disk. */
static void
test_clear_failed (Fixture       *fixture,
                   gconstpointer  data)
{
  MainstayOperation *operations[2];

  add_transfers (fixture, operations, 2);
  fake_transfer_end (operations[0], g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No"));
  wait_for_end (operations[0]);
  g_assert_false (mainstay_operation_list_get_can_clear (fixture->list));
  mainstay_operation_list_clear_finished (fixture->list);
  assert_states (fixture, "FR");
  mainstay_operation_cancel (operations[0]);
  wait_for_state (operations[0], MAINSTAY_OPERATION_CANCELLED);
  g_assert_true (mainstay_operation_list_get_can_clear (fixture->list));
  mainstay_operation_list_clear_finished (fixture->list);
  assert_states (fixture, "R");
  g_assert_false (mainstay_operation_list_get_can_clear (fixture->list));
  end_transfers (operations, 2);
}

/* One that was paused or has failed before it came here is only listed. */
static void
test_add_paused (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(MainstayOperation) paused = fake_transfer_new ("one");
  g_autoptr(MainstayOperation) failed = fake_transfer_new ("two");
  g_autoptr(GError) error = g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "No");

  mainstay_operation_pause (paused);
  mainstay_operation_fail (failed, error);
  mainstay_operation_list_add (fixture->list, paused);
  mainstay_operation_list_add (fixture->list, failed);
  assert_states (fixture, "PF");
  g_assert_cmpuint (fixture->finished->len, ==, 0);
  mainstay_operation_resume (paused);
  mainstay_operation_retry (failed);
  assert_states (fixture, "RR");
  fake_transfer_end (paused, NULL);
  fake_transfer_end (failed, NULL);
  wait_for_end (paused);
  wait_for_end (failed);
  assert_states (fixture, "DD");
}

static void
test_hold_all (Fixture       *fixture,
               gconstpointer  data)
{
  MainstayOperation *operations[3];
  g_autoptr(MainstayOperation) other = fake_operation_new ();

  mainstay_operation_list_set_max_running (fixture->list, 2);
  add_transfers (fixture, operations, 3);
  mainstay_operation_list_add (fixture->list, other);
  assert_states (fixture, "RRQR");
  fake_transfer_set_slow (operations[0]);
  mainstay_operation_list_hold_all (fixture->list);
  g_assert_true (mainstay_operation_list_is_stopping (fixture->list));
  wait_for_state (operations[1], MAINSTAY_OPERATION_PAUSED);
  assert_states (fixture, "RPPR");
  g_assert_true (mainstay_operation_list_is_stopping (fixture->list));
  fake_transfer_stop (operations[0]);
  wait_for_state (operations[0], MAINSTAY_OPERATION_PAUSED);
  g_assert_false (mainstay_operation_list_is_stopping (fixture->list));
  g_assert_false (mainstay_operation_is_paused_by_user (operations[0]));
  /* Nothing takes the places. */
  assert_states (fixture, "PPPR");
  mainstay_operation_cancel (other);
  mainstay_operation_cancel (operations[0]);
  fake_transfer_end_discard (operations[0], NULL);
  end_transfers (operations, 3);
}

static void
add_next_cb (MainstayOperationList *list,
             MainstayOperation     *operation,
             gpointer               user_data)
{
  g_autoptr(MainstayOperation) next = fake_transfer_new ("next");

  if (g_list_model_get_n_items (G_LIST_MODEL (list)) < 4)
    mainstay_operation_list_add (list, next);
}

/* A handler of the end adds more, and clears. */
static void
test_reentrant (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayOperation *operations[2];
  g_autoptr(MainstayOperation) added = NULL;

  mainstay_operation_list_set_max_running (fixture->list, 1);
  add_transfers (fixture, operations, 2);
  g_signal_connect (fixture->list, "finished", G_CALLBACK (add_next_cb), NULL);
  g_signal_connect (fixture->list, "finished",
                    G_CALLBACK (mainstay_operation_list_clear_finished), NULL);
  fake_transfer_end (operations[0], NULL);
  wait_for_end (operations[0]);
  assert_states (fixture, "RQ");
  added = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_signal_handlers_disconnect_by_func (fixture->list, add_next_cb, NULL);
  fake_transfer_end (operations[1], NULL);
  wait_for_end (operations[1]);
  assert_states (fixture, "R");
  fake_transfer_end (added, NULL);
  wait_for_end (added);
  assert_states (fixture, "");
  end_transfers (operations, 2);
}

/* What runs goes on to its end, what waits is never started. */
static void
test_destroyed (void)
{
  MainstayOperationList *list = mainstay_operation_list_new ();
  MainstayOperation *running = fake_transfer_new ("one");
  MainstayOperation *waiting = fake_transfer_new ("two");
  gpointer weak_running = running;
  gpointer weak_waiting = waiting;

  mainstay_operation_list_set_max_running (list, 1);
  mainstay_operation_list_add (list, running);
  mainstay_operation_list_add (list, waiting);
  g_object_add_weak_pointer (G_OBJECT (running), &weak_running);
  g_object_add_weak_pointer (G_OBJECT (waiting), &weak_waiting);
  g_object_unref (running);
  g_object_unref (waiting);
  g_assert_finalize_object (list);
  g_assert_nonnull (weak_running);
  g_assert_null (weak_waiting);
  mainstay_operation_pause (running);
  mainstay_operation_resume (running);
  for (int i = 0; i < 1000 && fake_transfer_get_runs (running) < 2; i++)
    wait_milliseconds (5);
  /* It has nobody to wait for any more. */
  g_assert_cmpint (mainstay_operation_get_state (running), ==, MAINSTAY_OPERATION_RUNNING);
  fake_transfer_end (running, NULL);
  for (int i = 0; i < 1000 && weak_running != NULL; i++)
    wait_milliseconds (5);
  g_assert_null (weak_running);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/operation-list/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("add", test_add);
  ADD ("progress", test_progress);
  ADD ("clear", test_clear);
  ADD ("cancel-all", test_cancel_all);
  ADD ("queue", test_queue);
  ADD ("pause", test_pause);
  ADD ("max-running", test_max_running);
  ADD ("queued-progress", test_queued_progress);
  ADD ("clear-failed", test_clear_failed);
  ADD ("add-paused", test_add_paused);
  ADD ("hold-all", test_hold_all);
  ADD ("reentrant", test_reentrant);
  g_test_add_func ("/transfer/operation-list/destroyed", test_destroyed);
  return g_test_run ();
}
