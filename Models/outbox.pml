/*
 * Taking files along with deleted rows: trigger, outbox, leases and workers, step by step. Sources/FoundlingOutbox and
 * Sources/FoundlingPipeline/Tasks.
 *
 * One path, two rows that may claim it, an application whose transactions commit or roll back and that writes files
 * before it commits their record, two workers that may be slow or die, a person who approves and drops, and a clock that
 * lets leases run out. When all is quiet every task must be over, and nothing may have been forgotten. Models/README.md
 * says what stands for what.
 *
 * Each -D switch that is listed in script/model takes one guard out; the checker must then find a violation.
 */

#define FILES 3         /* generations of the path; 0 is none */
#define ROWS 2          /* records that may claim the path */
#define TASKS 2
#define RUNS 3
#define WORKERS 2
#define MOST_ATTEMPTS 2 /* TaskQueue.mostAttempts, mostLosses: 12 and 3 */
#define MOST_LOSSES 2
#define NOBODY 9        /* a worker that died: its name never comes back */

/* DeletionTask.State */
#define NONE 0
#define READY 1
#define LEASED 2
#define HELD 3
#define DEAD 4
#define DONE 5
/* TaskVerdict, beside those */
#define LATER 6
#define FAILED 7

/* The ledger's last line of a run. */
#define INTENT 1
#define MOVED 2

/* --- The store. --- */
byte place = 1, q[RUNS];
byte made = 1;
byte gone[FILES + 1];
byte writing;           /* a generation whose record is still to come: younger than min_age */

/* --- The database: what is committed. --- */
bit row[ROWS];
#define CLAIMED (row[0] || row[1])
byte state[TASKS], worker[TASKS], attempts[TASKS], losses[TASKS];
bit lease[TASKS];       /* not run out */
bit waits[TASKS];       /* due later: what it means is still young */
bit approved[TASKS];
byte tasks;

/* --- The ledger, and the locks. --- */
byte last[RUNS], ident[RUNS];
byte applying, moving;

/* --- The course of things. --- */
byte acts, crashes, expiries, orders, trips;
byte poison;            /* 1: what the task means fails each time; 2: whoever tries dies */
bit busy[WORKERS], killed[WORKERS], app_done, person_done;
byte ended;

/* --- Only for the properties. --- */
byte want, left = 1;    /* as in custody.pml */
bit owned[FILES + 1];   /* a committed deletion gave it up, and nothing has claimed it since */
bit looked[RUNS], late[RUNS];
bit released;           /* some deletion was committed */
bit finished[TASKS], dropped[TASKS];

#define NAMES(f) ((place == f) + (q[0] == f) + (q[1] == f) + (q[2] == f))
#define SOUND(f) (NAMES(f) == ((f <= made && gone[f] == 0) -> 1 : 0))
#define ALL_SOUND (SOUND(1) && SOUND(2) && SOUND(3))

/* A due task, or one whose worker's lease ran out. */
#define IS_DUE(t) (state[t] == READY && !(waits[t] && writing != 0 && writing == place))
#define IS_LOST(t) (state[t] == LEASED && !lease[t])
#define IS_OVER(t) (state[t] == NONE || state[t] == DONE || state[t] == DEAD || state[t] == HELD)
#define IS_FREE(n) (last[n] == NONE)
#define HAS(t) (state[t] == LEASED && worker[t] == me + 1 && lease[t])

/* ---------------------------------------------------------------------------------------------------------------- */

/* What a trigger does, in the transaction of the statement. */
inline note() {
    state[tasks] = READY; tasks++
}

inline commit_deletion(which) {
    row[which] = 0; released = 1;
    if
    :: !CLAIMED -> want = 0; owned[place] = (place != 0)
    :: else
    fi
}

/* Deletes, inserts, writes; a file is written before its record is committed. */
proctype Application() {
    byte k;
    do
    :: atomic { acts > 0 && tasks < TASKS && CLAIMED ->             /* a transaction that deletes a row */
            acts--; if :: row[0] -> k = 0 :: row[1] -> k = 1 fi
#ifdef TASK_OUTSIDE_TRANSACTION
            ; note()
#endif
        };
        if
        :: atomic {                                                 /* COMMIT */
                commit_deletion(k)
#if !defined(TASK_OUTSIDE_TRANSACTION) && !defined(TASK_AFTER_COMMIT)
                ; note()
#endif
            }
#ifdef TASK_AFTER_COMMIT
            ;
            if
            :: note()
            :: atomic { crashes > 0 -> crashes-- }                  /* the application dies before it says so */
            fi
#endif
        :: true                                                     /* ROLLBACK, or the application dies */
        fi;
        k = 0
    :: atomic { acts > 0 && !(row[0] && row[1]) ->                  /* a row that claims the path is committed */
        acts--; if :: !row[0] -> row[0] = 1 :: !row[1] -> row[1] = 1 fi;
        want = (place != 0 -> place : left); owned[want] = 0; writing = 0;
        late[0] = looked[0]; late[1] = looked[1]; late[2] = looked[2] }
    :: atomic { acts > 0 && made < FILES ->                         /* it writes a file, for a record to come */
        acts--;
        if :: place != 0 -> gone[place] = 1 :: else fi;
        made++; place = made; left = made; writing = made;
        if :: CLAIMED -> want = made :: else fi }
    :: d_step { writing != 0 -> writing = 0 }                       /* it never commits it: min_age passes */
    :: break
    od;
    atomic { writing = 0; app_done = 1 }
}

/* `foundling tasks approve` and `drop`: TaskQueue+people.swift. */
proctype Person() {
    do
    :: d_step { orders > 0 && state[0] == HELD -> orders--; state[0] = READY; approved[0] = 1; attempts[0] = 0 }
    :: d_step { orders > 0 && (state[0] == READY || state[0] == DEAD || state[0] == HELD) ->
        orders--; state[0] = DONE; dropped[0] = 1; finished[0] = 1 }
    :: break
    od;
    person_done = 1
}

/* ---------------------------------------------------------------------------------------------------------------- */

/* A run that is over and left nothing in quarantine: its number may be used again. */
inline forget(n) {
    last[n] = NONE; ident[n] = 0; looked[n] = 0; late[n] = 0
}

/* Custodian.recover and settle, which custody.pml looks at step by step. */
inline recover_run(n) {
    if
    :: last[n] == INTENT ->
        if
        :: q[n] != 0 && place == 0 && (CLAIMED || q[n] != ident[n]) -> place = q[n]; q[n] = 0; forget(n)
        :: q[n] != 0 && !(place == 0 && (CLAIMED || q[n] != ident[n])) -> last[n] = MOVED; looked[n] = 1; late[n] = 0
        :: else -> forget(n)
        fi
    :: else
    fi
}
inline recover() {
    atomic {
        moving == 0 -> recover_run(0); recover_run(1); recover_run(2)
    }
}

inline lose(n) {
    if
    :: IS_LOST(n) ->
        losses[n]++; worker[n] = 0;
#ifdef NO_LOSS_LIMIT
        losses[n] = 0; state[n] = READY
#else
        if
        :: losses[n] >= MOST_LOSSES -> state[n] = DEAD; finished[n] = 1
        :: else -> state[n] = READY
        fi
#endif
    :: else
    fi
}

/* TaskQueue.claim: one transaction. */
inline claim() {
    atomic {
#ifdef NO_LOST_TASKS
        IS_DUE(0) || IS_DUE(1) ->
#else
        IS_DUE(0) || IS_DUE(1) || IS_LOST(0) || IS_LOST(1) ->
        lose(0); lose(1);
#endif
        if
        :: IS_DUE(0) -> t = 0
        :: IS_DUE(1) -> t = 1
        :: else -> t = TASKS
        fi;
        if
        :: t < TASKS ->
            state[t] = LEASED; worker[t] = me + 1; lease[t] = 1; waits[t] = 0; attempts[t]++;
            busy[me] = 1
        :: else
        fi
    }
}

/* TaskQueue.settle: one transaction; those that are not this worker's any more stay as they are. */
inline write_down(verdict) {
    atomic {
        if
#ifdef UNGUARDED_SETTLE
        :: true ->
#else
        :: state[t] == LEASED && worker[t] == me + 1 ->
#endif
            worker[t] = 0; lease[t] = 0;
            if
            :: verdict == DONE -> assert(!finished[t]); state[t] = DONE; losses[t] = 0; finished[t] = 1
            :: verdict == HELD -> state[t] = HELD; losses[t] = 0
            :: verdict == LATER -> state[t] = READY; losses[t] = 0; attempts[t]--
            :: verdict == FAILED ->
                losses[t] = 0;
#ifdef FAILURE_IS_SUCCESS
                state[t] = DONE; finished[t] = 1
#else
#ifdef NO_ATTEMPT_LIMIT
                attempts[t] = 0; state[t] = READY
#else
                if
                :: attempts[t] >= MOST_ATTEMPTS -> state[t] = DEAD; finished[t] = 1
                :: else -> state[t] = READY
                fi
#endif
#endif
            fi
        :: else
        fi
    }
}

#ifdef NO_CLAIMS
#define ASKED 0
#else
#define ASKED CLAIMED
#endif
#ifdef NO_MIN_AGE
#define IS_YOUNG 0
#else
#define IS_YOUNG (x == writing)
#endif

/* TaskBatch.run of one task, with the application of its plan. */
inline carry_out() {
    atomic { applying == 0 -> applying = me + 1 };
    atomic {                                                        /* TaskTargets.find, TaskBatch.take */
        x = place;
        if
        :: x == 0 -> verdict = DONE                                 /* nothing is there */
        :: x != 0 && ASKED -> verdict = DONE                        /* kept */
        :: else ->
            if
            :: IS_YOUNG -> verdict = LATER; waits[t] = HAS(t)
            :: !IS_YOUNG && poison == 1 -> verdict = FAILED
            :: !IS_YOUNG && poison == 2 -> dies = 1
            :: !IS_YOUNG && poison == 0 ->
                if
                :: trips > 0 && !approved[t] -> trips--; verdict = HELD     /* TaskBatch.guarded */
                :: true -> verdict = NONE
                fi
            fi
        fi
    };
#ifdef SETTLED_FIRST
    write_down(DONE);
#endif
    if
    :: d_step { dies -> die(me) }; false
    :: !dies && verdict != NONE
    :: else ->
        atomic {                                                    /* ledger.append */
            moving == 0 && (IS_FREE(0) || IS_FREE(1) || IS_FREE(2)) ->
            moving = me + 1; r = (IS_FREE(0) -> 0 : (IS_FREE(1) -> 1 : 2));
            last[r] = INTENT; ident[r] = x; looked[r] = 0; late[r] = 0
        };
        c = ASKED;                                                  /* ApplyRun.move: the first question */
#ifdef NO_LEASE_CHECK
        h = 1;
#else
        h = HAS(t);                                                 /* TaskQueue.holds, after it */
#endif
        if
        :: c -> verdict = DONE
        :: !c && !h -> verdict = LATER
        :: !c && h && place != x -> verdict = FAILED                /* ApplyRun.take: the last look */
        :: else ->
            atomic {                                                /* item.move: by name */
                if
                :: place == 0 -> verdict = FAILED
                :: else -> q[r] = place; place = 0; assert(ALL_SOUND)
                fi
            };
            if
            :: verdict == NONE ->
#ifdef NO_LAST_LOOK
                d_step { c = 0; looked[r] = 1; late[r] = 0 };
#else
                d_step { c = ASKED; looked[r] = 1; late[r] = 0 };   /* ApplyRun.recheck */
#endif
                atomic {
#ifdef NO_LEASE_CHECK
                    h = 1;
#else
                    h = HAS(t);
#endif
                    verdict = (c -> DONE : (!h -> LATER : NONE));
#ifndef NO_COMPARISON
                    verdict = (verdict == NONE && q[r] != x -> FAILED : verdict);
#endif
                    if
                    :: verdict == NONE ->                           /* it stays in quarantine */
                        assert(released);
                        assert(!finished[t]);
                        assert(writing == 0 || q[r] != writing)
                    :: else
                    fi
                };
                if
                :: verdict != NONE ->
                    atomic {                                        /* item.return */
                        if
                        :: place == 0 -> place = q[r]; q[r] = 0; assert(ALL_SOUND)
                        :: else
                        fi
                    }
                :: else -> verdict = DONE
                fi
            :: else
            fi
        fi;
        atomic {                                                    /* ledger.append */
            if
            :: q[r] != 0 -> last[r] = MOVED; looked[r] = 1
            :: else -> forget(r)
            fi;
            c = 0; h = 0; r = 0; if :: moving == me + 1 -> moving = 0 :: else fi
        }
    fi;
    atomic { x = 0; if :: applying == me + 1 -> applying = 0 :: else fi };
    write_down(verdict);
    atomic { verdict = NONE; t = 0; busy[me] = 0 }
}

/* The kernel frees what it locked; its leases run out by themselves. */
inline die(who) {
    killed[who] = 1;
    if :: moving == who + 1 -> moving = 0 :: else fi;
    if :: applying == who + 1 -> applying = 0 :: else fi;
    if :: state[0] == LEASED && worker[0] == who + 1 -> worker[0] = NOBODY :: else fi;
    if :: state[1] == LEASED && worker[1] == who + 1 -> worker[1] = NOBODY :: else fi
}

#define IS_QUIET (app_done && person_done && IS_OVER(0) && IS_OVER(1))

/* Worker.run; whoever looks after it starts it anew when it died. */
proctype Worker(byte me) {
    byte t, x, r, verdict;
    bit c, h, dies;
again:
    {
        recover();
        do
        :: true ->
            if
            :: claim();
                if
                :: t < TASKS -> carry_out()
                :: else -> t = 0
                fi
            :: atomic { IS_QUIET -> break }
            fi
        od
    } unless {
        atomic {
            killed[me] ->
            killed[me] = 0; busy[me] = 0; t = 0; x = 0; r = 0; verdict = 0; c = 0; h = 0; dies = 0;
            goto again
        }
    };
    ended++
}

/* Leases of the dead run out, and so, now and then, does one of a worker that is merely slow or cut off. */
proctype Time() {
    do
    :: d_step { state[0] == LEASED && lease[0] && worker[0] == NOBODY -> lease[0] = 0 }
    :: d_step { state[1] == LEASED && lease[1] && worker[1] == NOBODY -> lease[1] = 0 }
    :: d_step { expiries > 0 && state[0] == LEASED && lease[0] && worker[0] != NOBODY -> expiries--; lease[0] = 0 }
    :: d_step { expiries > 0 && state[1] == LEASED && lease[1] && worker[1] != NOBODY -> expiries--; lease[1] = 0 }
    :: d_step { crashes > 0 && busy[0] && !killed[0] -> crashes--; die(0) }
    :: d_step { crashes > 0 && busy[1] && !killed[1] -> crashes--; die(1) }
    :: ended == WORKERS -> break
    od
}

#define IS_WITHHELD(n) (CLAIMED && q[n] != 0 && q[n] == want && place == 0 && !late[n])

proctype Last() {
    byte me = WORKERS;
    atomic {
        ended == WORKERS;
        recover();
        assert(ALL_SOUND);
        /* Every task is over, and what a deletion gave up is gone unless a task says why not. */
        assert(IS_OVER(0) && IS_OVER(1));
        assert(CLAIMED || place == 0 || !owned[place] || state[0] == DEAD || state[1] == DEAD || state[0] == HELD
            || state[1] == HELD || dropped[0]);
        /* What is claimed since before its run's last look is where it was. */
        assert(!IS_WITHHELD(0) && !IS_WITHHELD(1) && !IS_WITHHELD(2))
    }
}

init {
    atomic {
        row[0] = 1; want = 1;
        if
#ifdef ACTS
        :: acts = ACTS; crashes = CRASHES; expiries = EXPIRIES; orders = ORDERS; trips = TRIPS; poison = POISON
#else
        :: acts = 3; crashes = 1
        :: acts = 3; expiries = 1; orders = 1; trips = 1
        :: acts = 2; crashes = 1; expiries = 1; orders = 1; trips = 1
        :: acts = 2; crashes = 2
        :: acts = 2; crashes = 1; expiries = 1; orders = 1; trips = 1; poison = 1
        :: acts = 2; crashes = 1; expiries = 1; orders = 1; trips = 1; poison = 2
#endif
        fi;
        run Worker(0); run Worker(1); run Application(); run Person(); run Time(); run Last()
    }
}
