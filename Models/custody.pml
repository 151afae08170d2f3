/*
 * Moving aside, giving back and removing for good: Sources/FoundlingCustody, step by step.
 *
 * One path of the store, up to three generations of the file there, two runs, two commands at once, an application
 * that does what it likes, crashes between any two steps, power losses that take back what was not synced, and one last
 * command when all is quiet, after which everything must be in order. Models/README.md says what stands for what.
 *
 * Each -D switch that is listed in script/model takes one guard out; the checker must then find a violation.
 */

#define RUNS 2
#define FILES 3         /* generations of the path; 0 is none */

/* The kinds of a ledger line that matter here: LedgerLine.swift, LedgerKind. */
#define NONE 0
#define INTENT 1
#define MOVED 2
#define HELD 3
#define PARTIAL 4
#define RESTORING 5
#define RESTORED 6
#define PURGING 7
#define PURGED 8
#define FORGOTTEN 9
#define RESCUED 10
#define SKIPPED 11
#define LOST 12
#define STRANGER 13     /* no line: a verdict on its way to one */

#define IN_QUARANTINE(kind) (kind == MOVED || kind == HELD || kind == PARTIAL)
#define IS_OPEN(kind) (kind == INTENT || kind == RESTORING || kind == PURGING)

/* --- The store: which generation has which name, now and after a power loss. --- */
byte place = 1, q[RUNS], aside[RUNS];          /* the path itself, RUN/1, RUN/purging-1 */
byte place_d = 1, q_d[RUNS], aside_d[RUNS];    /* what is on disk of that */
byte made = 1;                                 /* generations made so far */
byte gone[FILES + 1], gone_d[FILES + 1];       /* 1: by the application, 2: by a purge */
bit half[FILES + 1], half_d[FILES + 1];        /* a purge removed some of it */
bit young[FILES + 1];                          /* no record ever claimed it: min_age protects it */

/* --- The database. --- */
bit claimed;                                   /* a committed record claims the path */
byte want;                                     /* the generation that this record means */
byte left = 1;                                 /* the last one that the application left there */

/* --- The ledger and the receipts: durable as soon as they are written. --- */
byte last[RUNS], ident[RUNS];
bit unchecked[RUNS], receipt[RUNS];
byte runs;

/* --- Locks, of which the kernel frees those of the dead. --- */
byte moving, removing;

/* --- The course of things. --- */
byte acts;              /* what the application does in all */
byte commands;          /* before the last one */
byte crashes;           /* SIGKILL of one command, or a power loss */
byte losses;            /* how often somebody deletes the ledger */
bit busy[2], killed[2], app_done, closing, was_lost;

/* --- Only for the properties. --- */
bit looked[RUNS];       /* the run had its last look at the records */
bit late[RUNS];         /* a record came after that look */
byte window[RUNS];      /* the live purge that is between its last look and its last removal, plus 1 */
bit excuse[RUNS];       /* a record came in that window: the second that docs/SAFETY.md admits */

/* Who is who: by inode and time of birth. A generation has a number of its own; an inode is used again at once. */
#ifdef BY_INODE
byte inode[FILES + 1];
#define SAME(one, other) (one != 0 && inode[one] == inode[other])
#else
#define SAME(one, other) (one == other)
#endif

#define NAMES(f) ((place == f) + (q[0] == f) + (q[1] == f) + (aside[0] == f) + (aside[1] == f))
/* Never in two places, never nowhere. */
#define SOUND(f) (NAMES(f) == ((f <= made && gone[f] == 0) -> 1 : 0))
#define ALL_SOUND (SOUND(1) && SOUND(2) && SOUND(3))

#define IS_DIRTY (place != place_d || q[0] != q_d[0] || q[1] != q_d[1] || aside[0] != aside_d[0] \
    || aside[1] != aside_d[1] || gone[1] != gone_d[1] || gone[2] != gone_d[2] || gone[3] != gone_d[3] \
    || half[1] != half_d[1] || half[2] != half_d[2] || half[3] != half_d[3])

/* Everything so far is on disk: a sync, or the kernel's own writing back, which keeps the order of renames. */
inline flush() {
    d_step {
        place_d = place; q_d[0] = q[0]; q_d[1] = q[1]; aside_d[0] = aside[0]; aside_d[1] = aside[1];
        gone_d[1] = gone[1]; gone_d[2] = gone[2]; gone_d[3] = gone[3];
        half_d[1] = half[1]; half_d[2] = half[2]; half_d[3] = half[3]
    }
}

/* After each rename or removal: by now it may be on disk, or not. */
inline changed() {
    assert(ALL_SOUND);
    if
    :: crashes > 0 && !closing -> skip
    :: flush()
    fi
}

/* Lock.swift, withLock. */
inline lock_moving() {
#ifdef NO_LOCK
    skip
#else
    atomic { moving == 0 -> moving = me + 1 }
#endif
}
inline unlock_moving() {
    d_step { if :: moving == me + 1 -> moving = 0 :: else fi }
}

/* ---------------------------------------------------------------------------------------------------------------- */

/* Restoring.restore and Restoring.batch, of one item: the caller holds the lock. `was` is its last line before. */
inline put_back(n, was) {
    last[n] = RESTORING;                                          /* ledger.append */
    atomic {                                                        /* item.restore */
        if
        :: q[n] == 0 -> ok = SAME(place, ident[n])
        :: q[n] != 0 && !SAME(q[n], ident[n]) -> ok = 0
        :: else ->
#ifdef REPLACES
            place = q[n]; q[n] = 0; ok = 1; changed()
#else
            if
            :: place == 0 -> place = q[n]; q[n] = 0; ok = 1; changed()
            :: else -> ok = 0
            fi
#endif
        fi
    }
#ifndef NO_SYNC
    flush();                                                        /* directory.sync */
#endif
    d_step {                                                        /* ledger.append */
        if
        :: ok -> last[n] = RESTORED
        :: else -> last[n] = was
        fi;
        unchecked[n] = 0; ok = 0
    }
}

/* Custodian.takeBack: the caller holds both locks. Leaves what became of it in v[n]. */
inline take_back(n) {
    atomic {                                                        /* purge.return */
        if
        :: SAME(aside[n], ident[n]) -> q[n] = aside[n]; aside[n] = 0; changed()
        :: else
        fi
    }
    flush();                                                        /* directory.sync */
    d_step {
        if
        :: q[n] == 0 && SAME(place, ident[n]) -> v[n] = RESTORED; assert(place == ident[n])
        :: q[n] == 0 && !SAME(place, ident[n]) -> v[n] = PURGED
        :: q[n] != 0 && half[q[n]] -> v[n] = PARTIAL
        :: else -> v[n] = MOVED
        fi
    }
}

/* Custodian.verdict, of an item that is not being purged. What it says must be true at that moment. */
inline verdict(n) {
    v[n] = NONE;
    if
    :: last[n] == INTENT || last[n] == RESTORING ->
        if
#ifdef BY_NAME
        :: last[n] == INTENT && place != 0 -> v[n] = FORGOTTEN
        :: SAME(q[n], ident[n]) && !(last[n] == INTENT && place != 0) -> v[n] = MOVED
#else
        :: SAME(q[n], ident[n]) -> v[n] = MOVED
#endif
        :: else ->
            if
            :: SAME(place, ident[n]) -> v[n] = (last[n] == INTENT -> FORGOTTEN : RESTORED)
#ifndef NO_STRANGER_RETURN
            /* Not what was planned: the application made the name anew between the last look and the rename. */
            :: !SAME(place, ident[n]) && q[n] != 0 -> v[n] = (last[n] == INTENT -> STRANGER : HELD)
            :: !SAME(place, ident[n]) && q[n] == 0 -> v[n] = LOST
#else
            :: else -> v[n] = LOST
#endif
            fi
        fi
    :: IN_QUARANTINE(last[n]) && q[n] == 0 -> v[n] = (SAME(place, ident[n]) -> RESTORED : LOST)
    :: else
    fi;
    assert(v[n] != MOVED || q[n] == ident[n]);
    assert((v[n] != RESTORED && v[n] != FORGOTTEN) || place == ident[n]);
    assert(v[n] != LOST || (place != ident[n] && q[n] != ident[n] && aside[n] != ident[n]))
}

#define HAS_NEWS(n) (IS_OPEN(last[n]) || (IN_QUARANTINE(last[n]) && q[n] == 0))
#define IS_UNCHECKED(n) (unchecked[n] && last[n] == MOVED)

/* Custodian.recover and Custodian.settle, with which every command begins. */
inline recover() {
    atomic {
#ifndef NO_LOCK
        moving == 0 ->
#endif
        if
        :: !HAS_NEWS(0) && !HAS_NEWS(1) && !IS_UNCHECKED(0) && !IS_UNCHECKED(1) -> r = RUNS
        :: else ->
#ifndef NO_LOCK
            moving = me + 1;
#endif
            verdict(0); verdict(1); r = 0
        fi
    };
    if
    :: r == RUNS -> r = 0
    :: else ->
        do
        :: r < RUNS && v[r] == STRANGER ->
            atomic {                                                /* item.return */
                if
                :: place == 0 -> place = q[r]; q[r] = 0; v[r] = SKIPPED; changed()
                :: else -> v[r] = HELD
                fi;
                r++
            }
#ifdef NO_PURGE_LOCK
        :: r < RUNS && v[r] != STRANGER && last[r] == PURGING -> take_back(r); r++
#else
        /* What another process is removing right now is its own to finish. */
        :: d_step { r < RUNS && v[r] != STRANGER && last[r] == PURGING && removing == 0 -> removing = me + 1 };
#ifdef ROLLS_FORWARD
            atomic {
                if
                :: aside[r] != 0 ->
                    assert(!(claimed && want == aside[r]) || excuse[r]);
                    gone[aside[r]] = 2; aside[r] = 0; changed()
                :: else
                fi
            };
#endif
            take_back(r);
            d_step { removing = 0; r++ }
        :: r < RUNS && v[r] != STRANGER && last[r] == PURGING && removing != 0 -> r++
#endif
        :: r < RUNS && v[r] != STRANGER && last[r] != PURGING -> r++
        :: r == RUNS -> break
        od;
#ifndef NO_RECOVERY_SYNC
        flush();                                                    /* directory.sync */
#endif
        atomic {                                                    /* ledger.append */
            append_verdict(0); append_verdict(1);
            u[0] = IS_UNCHECKED(0); u[1] = IS_UNCHECKED(1);
            r = 0;
            if :: moving == me + 1 -> moving = 0 :: else fi
        };
        settle()
    fi
}

inline append_verdict(n) {
    if
    :: v[n] != NONE ->
#ifdef NO_QUESTION_AFTER_RESTORING
        unchecked[n] = (v[n] == MOVED && last[n] == INTENT);
#else
        unchecked[n] = (v[n] == MOVED && (last[n] == INTENT || last[n] == RESTORING));
#endif
        last[n] = v[n]; v[n] = NONE
    :: else
    fi
}

/* A run that was cut short never had its last look at the records. */
inline settle() {
    if
#ifdef NO_QUESTION
    :: true ->
#else
    :: !u[0] && !u[1] ->
#endif
        d_step { u[0] = 0; u[1] = 0 }
#ifndef NO_QUESTION
    :: else ->
        d_step {
#ifndef NO_LOCK
            moving == 0 -> moving = me + 1;
#endif
            /* Somebody may have acted on them since. */
            u[0] = u[0] && last[0] == MOVED; u[1] = u[1] && last[1] == MOVED;
            c = claimed;
            if :: u[0] && unchecked[0] -> looked[0] = 1; late[0] = 0 :: else fi;
            if :: u[1] && unchecked[1] -> looked[1] = 1; late[1] = 0 :: else fi
        };
        if
        :: !c ->
            d_step {                                                /* ledger.append */
                if :: u[0] -> unchecked[0] = 0 :: else fi;
                if :: u[1] -> unchecked[1] = 0 :: else fi;
                u[0] = 0; u[1] = 0
            }
        :: else ->
            do
            :: u[0] || u[1] -> r = (u[0] -> 0 : 1); put_back(r, MOVED); u[r] = 0
            :: !u[0] && !u[1] -> break
            od
        fi;
        atomic { r = 0; c = 0; if :: moving == me + 1 -> moving = 0 :: else fi }
#endif
    fi
}

/* ApplyRun.batch, of one item, with the plan before it. */
inline apply() {
    if
    :: d_step { runs < RUNS && place != 0 && !young[place] && !claimed -> x = place; r = runs; runs++ };
        lock_moving();
        if
        :: place == x ->                                            /* ApplyRun.look */
#ifndef RECEIPT_AFTER_MOVE
            d_step { ident[r] = x; receipt[r] = 1 };                /* receipt.append, receipt.sync */
#endif
#ifndef EFFECT_BEFORE_INTENT
            d_step { ident[r] = x; last[r] = INTENT };              /* ledger.append */
#endif
            if
            :: claimed -> v[0] = RESCUED                            /* ApplyRun.move: the first question */
            :: else ->
                if
                :: place != x -> v[0] = SKIPPED                     /* ApplyRun.take: the last look */
                :: else ->
                    atomic {                                        /* item.move: by name, whatever has it by now */
                        if
                        :: place == 0 -> v[0] = SKIPPED
                        :: else -> q[r] = place; place = 0; v[0] = MOVED; changed()
                        fi
                    }
                fi
            fi;
#ifdef EFFECT_BEFORE_INTENT
            d_step { ident[r] = x; last[r] = INTENT };
#endif
#ifdef RECEIPT_AFTER_MOVE
            d_step { ident[r] = x; receipt[r] = 1 };
#endif
            if
            :: v[0] == MOVED ->                                     /* ApplyRun.recheck */
#ifndef NO_LAST_LOOK
                d_step {
                    looked[r] = 1; late[r] = 0;
                    if :: claimed -> v[0] = RESCUED :: else fi
                };
#endif
#ifndef NO_COMPARISON
                if
                :: v[0] == MOVED && q[r] != x -> v[0] = SKIPPED
                :: else
                fi;
#endif
                if
                :: v[0] != MOVED ->
                    atomic {                                        /* item.return */
                        if
                        :: q[r] != 0 && place == 0 -> place = q[r]; q[r] = 0; changed()
                        :: else -> v[0] = HELD
                        fi
                    }
                :: else
                fi;
                flush()                                             /* directory.sync */
            :: else
            fi;
            d_step { last[r] = v[0]; looked[r] = 1; v[0] = 0 }      /* ledger.append */
        :: else
        fi;
        d_step { x = 0; r = 0 };
        unlock_moving()
    :: else
    fi
}

/* Custodian.held: by the ledger, or where that was lost by the receipt. */
#define KNOWN_BY_RECEIPT(n) (was_lost && last[n] == NONE && receipt[n] \
    && (q[n] == ident[n] || aside[n] == ident[n]))

inline choose_run() {
    if
    :: d_step { IN_QUARANTINE(last[0]) || KNOWN_BY_RECEIPT(0) -> r = 0 }
    :: d_step { IN_QUARANTINE(last[1]) || KNOWN_BY_RECEIPT(1) -> r = 1 }
    :: else -> r = RUNS
    fi
}

/* What a receipt alone knows is told to the ledger first. */
inline introduce() {
    if
    :: atomic { KNOWN_BY_RECEIPT(r) -> take_back(r); v[r] = NONE; last[r] = MOVED; looked[r] = 1; late[r] = 1 }
    :: else
    fi
}

/* Restoring.batch. */
inline restore() {
    choose_run();
    if
    :: r < RUNS ->
        lock_moving();
        introduce();
        if
        :: IN_QUARANTINE(last[r]) -> x = last[r]; put_back(r, x)
        :: else
        fi;
        d_step { x = 0; r = 0 };
        unlock_moving()
    :: else -> r = 0
    fi
}

/* Purge.judge, where records claim it: back, or held where something else has its place. */
inline rescue() {
    if
    :: place == 0 -> x = last[r]; put_back(r, x)
    :: else -> d_step { if :: last[r] != PARTIAL -> last[r] = HELD :: else fi }
    fi;
    x = 0
}

#ifdef WINDOW
#define MAY_GO(f) (!(claimed && want == f))
#else
#define MAY_GO(f) (!(claimed && want == f) || excuse[r])
#endif

/* Purge.run, of one item. */
inline purge() {
    choose_run();
    if
    :: r < RUNS ->
#ifndef NO_LOCK
        atomic { removing == 0 -> removing = me + 1 };
#endif
        lock_moving();
        introduce();
        if
        :: !IN_QUARANTINE(last[r])                                  /* another command took it meanwhile */
        :: else ->
#ifdef PURGE_WITHOUT_CLAIMS
            c = 0;
#else
            d_step {                                                /* the first question */
                c = claimed;
                if :: unchecked[r] -> looked[r] = 1; late[r] = 0 :: else fi
            };
#endif
            if
            :: c -> rescue()
            :: !c && q[r] == 0
            :: !c && q[r] != 0 && q[r] != ident[r] -> last[r] = HELD
            :: else ->
                x = ident[r];
                last[r] = PURGING;                                  /* ledger.append */
                atomic { aside[r] = q[r]; q[r] = 0; changed() };    /* purge.begin */
#if defined(NO_RECHECK) || defined(PURGE_WITHOUT_CLAIMS)
                d_step { c = 0; window[r] = me + 1; excuse[r] = 0 };
#else
                d_step { c = claimed; window[r] = me + 1; excuse[r] = 0 };  /* Purge.recheck */
#endif
                if
                :: c ->
                    window[r] = 0;
                    take_back(r);
                    d_step { last[r] = v[r]; v[r] = 0 };            /* ledger.append */
                    if
                    :: IN_QUARANTINE(last[r]) -> rescue()
                    :: else
                    fi
                :: else ->
                    unlock_moving();
                    if
                    :: SAME(aside[r], ident[r]) ->                  /* TreeRemover.isInPlace */
                        atomic {                                    /* purge.unlink */
                            assert(aside[r] == x && MAY_GO(x));
                            half[x] = 1; changed()
                        };
                        atomic {                                    /* purge.rmdir */
                            assert(aside[r] == x && MAY_GO(x));
                            gone[x] = 2; aside[r] = 0; changed()
                        }
                    :: else
                    fi;
                    lock_moving();
                    take_back(r);                                   /* what could not be removed */
                    unlock_moving();
                    flush();                                        /* directory.sync */
                    d_step { last[r] = v[r]; v[r] = 0; window[r] = 0; x = 0 }   /* ledger.append */
                fi
            fi
        fi;
        unlock_moving();
        d_step { if :: removing == me + 1 -> removing = 0 :: else fi; r = 0; c = 0; x = 0 }
    :: else -> r = 0
    fi
}

/* undo.sh: plain mv, no ledger, and not beside a purge. */
inline undo() {
    atomic {
        if
        :: removing == 0 && place == 0 && q[0] != 0 -> place = q[0]; q[0] = 0; changed()
        :: removing == 0 && place == 0 && q[1] != 0 -> place = q[1]; q[1] = 0; changed()
        :: removing == 0 && place == 0 && q[0] == 0 && aside[0] != 0 -> place = aside[0]; aside[0] = 0; changed()
        :: removing == 0 && place == 0 && q[1] == 0 && aside[1] != 0 -> place = aside[1]; aside[1] = 0; changed()
        :: else
        fi
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */

proctype Command(byte me) {
    byte r, x, v[RUNS];
    bit ok, c, u[RUNS];
again:
    {
        do
        :: atomic { commands > 0 -> commands--; busy[me] = 1 };
            if
            :: true -> undo()
            :: true ->
                recover();
                if
                :: true -> apply()
                :: true -> restore()
                :: true -> purge()
                fi
            fi;
            busy[me] = 0
        :: commands == 0 -> break
        od
    } unless {
        atomic {
            killed[me] -> killed[me] = 0; busy[me] = 0; r = 0; x = 0; v[0] = 0; v[1] = 0; ok = 0; c = 0;
            u[0] = 0; u[1] = 0;
            goto again
        }
    }
}

/* Claims, gives up, removes, makes and replaces whenever it likes, and may stop at any time. */
proctype Application() {
    do
    :: atomic { acts > 0 && !claimed ->                             /* a record is committed */
        acts--; claimed = 1; want = (place != 0 -> place : left); young[want] = 0;
        late[0] = looked[0]; late[1] = looked[1];
        excuse[0] = excuse[0] || window[0] != 0; excuse[1] = excuse[1] || window[1] != 0 }
    :: atomic { acts > 0 && claimed -> acts--; claimed = 0; want = 0 }
    :: atomic { acts > 0 && place != 0 ->                           /* it removes its file */
        acts--; gone[place] = 1; place = 0; left = 0; want = 0; flush() }
    :: atomic { acts > 0 && made < FILES ->                         /* it makes it, or puts another in its place */
        acts--;
        if :: place != 0 -> gone[place] = 1 :: else fi;
        made++; place = made; left = made; young[made] = !claimed;
#ifdef BY_INODE
        inode[made] = (gone[1] != 0 && made == 2 -> inode[1] : (gone[2] != 0 && made == 3 -> inode[2] : made));
#endif
        if :: claimed -> want = made :: else fi;
        flush() }
    :: break
    od;
    app_done = 1
}

inline die(who) {
    killed[who] = 1;
    if :: moving == who + 1 -> moving = 0 :: else fi;
    if :: removing == who + 1 -> removing = 0 :: else fi;
    if :: window[0] == who + 1 -> window[0] = 0; excuse[0] = 0 :: else fi;
    if :: window[1] == who + 1 -> window[1] = 0; excuse[1] = 0 :: else fi
}

proctype Misfortune() {
    do
    :: d_step { crashes > 0 && busy[0] && !killed[0] -> crashes--; die(0) }
    :: d_step { crashes > 0 && busy[1] && !killed[1] -> crashes--; die(1) }
    :: d_step { crashes > 0 && !closing && IS_DIRTY ->              /* a power loss */
        crashes--;
        if :: busy[0] -> die(0) :: else fi;
        if :: busy[1] -> die(1) :: else fi;
        place = place_d; q[0] = q_d[0]; q[1] = q_d[1]; aside[0] = aside_d[0]; aside[1] = aside_d[1];
        gone[1] = gone_d[1]; gone[2] = gone_d[2]; gone[3] = gone_d[3];
        half[1] = half_d[1]; half[2] = half_d[2]; half[3] = half_d[3] }
    :: d_step { losses > 0 && !closing && !busy[0] && !busy[1] ->   /* somebody deletes the ledger */
        losses--; was_lost = 1; last[0] = NONE; last[1] = NONE; unchecked[0] = 0; unchecked[1] = 0 }
    :: closing -> break
    od
}

#define IS_STRANDED(n) (q[n] != 0 && !IN_QUARANTINE(last[n]) && !KNOWN_BY_RECEIPT(n) \
    && !(was_lost && q[n] != ident[n]))
/* Claimed since before its run's last look, its place free, and still away. */
#define IS_WITHHELD(n) (claimed && q[n] != 0 && q[n] == want && place == 0 && !late[n] && !was_lost)

/* When all is quiet: one undisturbed command, and then a purge or a restore of everything. */
proctype Last() {
    byte me = 2, r, x, v[RUNS];
    bit ok, c, u[RUNS];
    atomic { app_done && commands == 0 && !busy[0] && !busy[1] -> closing = 1 };
    atomic {
        recover();
        assert(moving == 0 && removing == 0);
        assert(!IS_OPEN(last[0]) && !IS_OPEN(last[1]));
        assert((aside[0] == 0 || KNOWN_BY_RECEIPT(0)) && (aside[1] == 0 || KNOWN_BY_RECEIPT(1)));
        assert(!IS_STRANDED(0) && !IS_STRANDED(1));
        assert(!IS_WITHHELD(0) && !IS_WITHHELD(1));
        if
        :: true -> purge(); purge()
        :: true -> restore(); restore()
        fi;
        assert(aside[0] == 0 && aside[1] == 0 && ALL_SOUND);
        /* What still lies in quarantine has something else at its place, or is what nobody planned to take. */
        assert(q[0] == 0 || place != 0 || q[0] != ident[0]);
        assert(q[1] == 0 || place != 0 || q[1] != ident[1]);
        /* What the record means is where it belongs, or held beside something else there. */
        assert(!claimed || want == 0 || gone[want] != 0 || place != 0
            || (was_lost && (q[0] == want && ident[0] != want || q[1] == want && ident[1] != want)))
    }
}

init {
    atomic {
#ifdef BY_INODE
        inode[1] = 1; inode[2] = 2; inode[3] = 3;
#endif
        if
#ifdef ACTS
        :: acts = ACTS; commands = COMMANDS; crashes = CRASHES; losses = LOSSES
#else
        :: acts = 3; commands = 2; crashes = 2
        :: acts = 2; commands = 3; crashes = 1
        :: acts = 1; commands = 3; crashes = 2
        :: acts = 2; commands = 2; crashes = 1; losses = 1
#endif
        fi;
        run Command(0); run Command(1); run Application(); run Misfortune(); run Last()
    }
}
