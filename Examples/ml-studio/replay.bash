# shellcheck shell=bash
# The second part of script/example, which reads this file: the deletions that filled the studio's disk, once more,
# while the database tells of them. What is printed is compared with expected-prevention.txt.

# Tells two runs of this script apart by nothing: no path, time, size, run, task or process of this one.
normalised() {
    sed -E "
        s|$world|WORLD|g
        s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g
        s/[0-9]{8}-[0-9]{6}-[0-9a-f]{6}/RUN/g
        s/^  [0-9a-f]{8} /  <TASK>   /
        s/(tasks retry) [0-9a-f]{8}/\1 <TASK>/
        s/^worker .* is at work/worker WORKER is at work/
        s/ process [0-9]+ \([a-z]+\)/ process PID (NAME)/
        s/\([0-9.]+ ?[KMB]\)/(SIZE)/
        s/again in [0-9]+ s/again in N s/
        s/ +([0-9]+ s|Ago)\$/  \1/
        s/  [0-9]+ s\$/  N s/
        s/ line [0-9]+/ line N/g
    " | awk '
        # Tasks of one statement are of one moment, and in no order.
        /^  <TASK>/ { print | "sort"; next }
        { close("sort"); print; fflush() }
        END { close("sort") }'
}

# A step that is told, and compared in the end.
chapter() {
    heading "$1"
    printf '\n=== %s\n\n' "$1" >>transcript
}
tell() {
    say "$@"
    printf '%s\n' "$@" >>transcript
}

# Runs foundling as its first argument says, 'owner' or 'worker'; the others are those of run. All that it prints is
# compared, whatever of it is shown.
as() {
    local who=$1
    shift
    WRITER_URL=${!who} run "$@"
    { printf '$ %s\n' "$typed" && cat output; } | normalised >>transcript
}

# What the studio does, or a person at its database.
studio() {
    local statement arguments=()
    for statement; do arguments+=(--command "$statement"); done
    psql --no-psqlrc --dbname "$owner" "${arguments[@]}" >output 2>&1 || fail "the studio cannot: $*" "$(cat output)"
    for statement; do tell "studio=> $statement;"; done
    tell "$(cat output)"
}

# What became of the tasks since the last time, in words.
verdicts() {
    WRITER_URL=$worker foundling tasks list --state done --format jsonl | LC_ALL=C sort >tasks.now
    tell "" "What became of each record:"
    tell "$(LC_ALL=C comm -13 tasks.before tasks.now | LC_ALL=C sed -nE \
        's/.*"key":"([^"]*)".*"reason":"([^"]*)","resource":"([^"]*)".*/  \3 \1: \2/p' | LC_ALL=C sort)"
    mv tasks.now tasks.before
}

# The schema that the studio's migrations know.
schema() { pg_dump --schema-only --dbname "$owner" | grep -vE '^\\(un)?restrict '; }

expect_there() {
    local path
    for path; do [[ -e data/$path || -L data/$path ]] || fail "$path is gone"; done
}
expect_taken() {
    local path
    for path; do [[ ! -e data/$path && ! -L data/$path ]] || fail "$path is left behind"; done
    taken+=("$@")
}

: >transcript
: >tasks.before
schema >schema.before
# What is younger than min_age may be for a record that is still to come, and waits.
grow_older

chapter "10. From now on the database tells (those of trainings are shown: every mapped table has such triggers)"
as owner 0 1p triggers install
as owner 0 '1,/^ .*truncated/p; /^$/,/^$/p' triggers status
password=$(new_password)
administer --set password="$password" --file "$example/worker.sql"
worker=$(url_of "foundling_worker:$password")
denied=$(psql --no-psqlrc --dbname "$worker" --command 'SELECT id FROM trainings' 2>&1) && fail "a worker can read rows"
say ""
tell "The worker's role sees the outbox and no row of the studio's:" "" "  $denied"

chapter "11. Somebody deletes a training in the database, where nobody thinks of files"
studio "BEGIN" "DELETE FROM trainings WHERE id = 'train_5b7e02d1'" "ROLLBACK"
as worker 0 p tasks
studio "DELETE FROM trainings WHERE id = 'train_5b7e02d1'"
as worker 0 p tasks
expect_there trainings/train_5b7e02d1/{checkpoints/checkpoint_1000,community_format}
as worker 0 p worker --once
expect_taken trainings/train_5b7e02d1
verdicts

chapter "12. Rows share what they own: a checkpoint has one for each layer, and it goes with the last of them"
for layer in 6 12; do
    expect_there trainings/train_fa11ed00/checkpoints/checkpoint_500/layer_{6,12}
    studio "DELETE FROM checkpoints
            WHERE training_id = 'train_fa11ed00' AND step = 500 AND storage_path LIKE '%/layer_$layer/%'"
    as worker 0 p worker --once
    verdicts
done
expect_taken trainings/train_fa11ed00/checkpoints/checkpoint_500
expect_there trainings/train_fa11ed00/{checkpoints,community_format}

chapter "13. A model takes its tokenizations along, and no directory that another row owns, too"
studio "DELETE FROM dataset_tokenizations WHERE id = 'tok_2_m_c0de5a1e_512'"
as worker 0 p worker --once
expect_there datasets/roneneldan_TinyStories_tokenized_m_c0de5a1e
verdicts
as owner 3 p delete models m_3f2a91c4 --yes
studio "DELETE FROM models WHERE id = 'm_c0de5a1e'"
as worker 0 p worker --once
expect_taken models/raw/m_c0de5a1e datasets/roneneldan_TinyStories_tokenized_m_c0de5a1e
expect_there datasets/Anthropic_hh-rlhf_tokenized
verdicts

chapter "14. A dataset's clean-up fails, since somebody reads one of its files; it is tried again until it works"
studio "DELETE FROM datasets WHERE hf_repo_id = 'Anthropic/hh-rlhf'"
exec {file}<data/datasets/Anthropic_hh-rlhf/data-00000.arrow
sleep 600 <&"$file" &
holder=$!
exec {file}<&-
as worker 4 p worker --once
grep -q 'is open' output || fail "another failure than an open file" "$(cat output)"
expect_there datasets/Anthropic_hh-rlhf
expect_taken datasets/Anthropic___hh-rlhf datasets/Anthropic_hh-rlhf_tokenized
as worker 0 p tasks
task=$(sed -nE 's/^  ([0-9a-f]{8}) .*/\1/p' output)
kill "$holder"
wait "$holder" 2>/dev/null || true
holder=""
as worker 0 p tasks retry "$task"
as worker 0 p worker --once
expect_taken datasets/Anthropic_hh-rlhf
verdicts

chapter "15. The deletion that the studio should have had: row, cascades and a task together, the files behind them"
as owner 0 p delete trainings train_36766f85 --dry-run
as owner 0 p delete trainings train_36766f85 --yes
as worker 0 p worker --once
expect_taken trainings/train_36766f85
verdicts

chapter "16. Nothing is left behind, and nothing else was touched"
as worker 0 p tasks
findings >after.txt || fail "the scan fails"
LC_ALL=C comm -13 "$example/expected.txt" after.txt >output
[[ ! -s output ]] || fail "findings that were not there before" "$(cat output)"
tell "" "No finding is new. These are none any more, since they went with what held them or asked for them:"
tell "$(LC_ALL=C comm -23 "$example/expected.txt" after.txt | sed 's/^/  /')"
# What there was, less what was taken: the rest is there as it was.
names=$(printf '|%s' "${taken[@]}")
difference=$(grep -vE "(^| )\./(${names:1})(/| |\$)" before.txt | diff - <(snapshot)) ||
    fail "something else changed" "$difference"
say "" "Of $(wc -l <before.txt) lines of names and checksums $(snapshot | wc -l) are left, and none is different."

chapter "17. And back again"
mapfile -t taking < <(all_runs | tail -n +$((${#runs[@]} + 1)))
for run in "${taking[@]}"; do run 0 '1,/^$/p' restore "$run"; done
expect_unchanged "there and back"
as owner 0 p triggers remove
difference=$(schema | diff schema.before -) || fail "the database's schema is not what it was" "$difference"
tell "" "The database's schema is what it was."

if [[ ${GOLDEN:-} == write ]]; then
    cp transcript "$example/expected-prevention.txt"
else
    difference=$(diff --label expected-prevention.txt --label "what was printed" --unified=3 \
        "$example/expected-prevention.txt" transcript) || fail "the replay differs" "$difference"
fi
