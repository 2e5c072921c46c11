/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fake-operation.h"
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
  return g_test_run ();
}
