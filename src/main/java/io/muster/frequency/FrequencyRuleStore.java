package io.muster.frequency;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segments;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/** The frequency rules of the directories. Every change moves the revision of the directory's rules. */
public final class FrequencyRuleStore {

    private static final String ADD = """
        INSERT INTO frequency_rule (directory_id, survey, segment_id, list_id, always_allowed, max_times, max_per, gap,
          created_at)
        VALUES (:directory, :survey, :segment, :list, :always, :max, :per, :gap, :now)
        """;

    private static final String REMOVE = "DELETE FROM frequency_rule WHERE id = ?";

    private static final String NAMED = """
        SELECT 0, s.id, s.name
        FROM frequency_rule r
        JOIN segment s ON s.id = r.segment_id
        WHERE r.directory_id = :directory
        UNION
        SELECT 1, l.id, l.name
        FROM frequency_rule r
        JOIN mailing_list l ON l.id = r.list_id
        WHERE r.directory_id = :directory
        """;

    private static final String MOVE_REVISION = """
        INSERT INTO frequency_revision (directory_id, revision)
        VALUES (?, 1)
        ON DUPLICATE KEY UPDATE revision = revision + 1
        """;

    /** Surveys of a directory with rules of their own, at most. */
    private static final int MOST_SURVEYS = 500;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Audit audit;
    private final InstantSource clock;
    private final Ids ids;
    private final RuleRows rows;
    private final MailingLists lists;
    private final Segments segments;

    /** The rules in a database. */
    public FrequencyRuleStore(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = new Audit(jdbc, clock);
        this.clock = clock;
        this.ids = ids;
        this.rows = new RuleRows(jdbc, ids);
        this.lists = new MailingLists(jdbc, clock, ids);
        this.segments = new Segments(jdbc, transactions, lists, clock, ids);
    }

    /**
     * Adds a rule.
     *
     * @throws Refusal when the options do not make a rule
     */
    public StoredRule add(int directory, RuleOptions options, Actor actor) {
        StoredRule draft = rows.stored(0, directory, options, clock.millis());
        draft.rule().checkNew();
        return Objects.requireNonNull(transactions.execute(status -> {
            jdbc.sql(MOVE_REVISION).param(directory).update();
            refuseTooManySurveys(draft);
            refuseLostSegment(draft);
            refuseLostList(draft);
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            jdbc.sql(ADD)
                    .param("directory", directory)
                    .param("survey", draft.survey())
                    .param("segment", draft.segment())
                    .param("list", draft.list())
                    .param("always", draft.rule().always() ? 1 : 0)
                    .param("max", draft.max())
                    .param("per", draft.per())
                    .param("gap", draft.gap())
                    .param("now", draft.createdAt())
                    .update(key);
            StoredRule added = rows.byNumber(
                            Objects.requireNonNull(key.getKey()).longValue())
                    .orElseThrow();
            enter(actor, "frequency.add", added);
            return added;
        }));
    }

    /**
     * Adds a rule unless the directory has the same one, and takes another away for it where one is named. A second time it
     * changes nothing.
     *
     * @param replaced the rule that goes; null for none
     */
    public StoredRule put(int directory, RuleOptions options, @Nullable StoredRule replaced, Actor actor) {
        StoredRule draft = rows.stored(0, directory, options, clock.millis());
        return Objects.requireNonNull(transactions.execute(status -> {
            jdbc.sql(MOVE_REVISION).param(directory).update();
            if (replaced != null && rows.byNumber(replaced.number()).isPresent()) {
                remove(replaced, actor);
            }

            return of(directory).stream()
                    .filter(one -> says(one).equals(says(draft)))
                    .findFirst()
                    .orElseGet(() -> add(directory, options, actor));
        }));
    }

    private static List<@Nullable Object> says(StoredRule rule) {
        return Arrays.asList(
                rule.survey(), rule.segment(), rule.list(), rule.rule().always(), rule.max(), rule.per(), rule.gap());
    }

    /** Each survey with a rule has a next eligible time in every contact's row. */
    private void refuseTooManySurveys(StoredRule added) {
        Set<String> surveys = new HashSet<>();
        Stream.concat(of(added.directory()).stream(), Stream.of(added))
                .map(one -> one.rule().survey())
                .filter(Objects::nonNull)
                .forEach(surveys::add);
        if (surveys.size() > MOST_SURVEYS) {
            throw Refusal.conflict(
                    "TOO_MANY_SURVEYS",
                    "Cannot add the rule: %d surveys of the directory have rules of their own already. Remove rules that"
                                    .formatted(MOST_SURVEYS)
                            + " are not needed first.");
        }
    }

    private void refuseLostSegment(StoredRule added) {
        Long segment = added.segment();
        if (segment != null && segments.shared(segment).isEmpty()) {
            throw Refusal.notFound(
                            "UNKNOWN_SEGMENT",
                            "Cannot add the rule: the segment " + ids.segment(segment)
                                    + " has been deleted meanwhile. Name another segment.")
                    .with("segment", ids.segment(segment));
        }
    }

    private void refuseLostList(StoredRule added) {
        Integer list = added.list();
        if (list != null && lists.shared(list).isEmpty()) {
            throw Refusal.notFound(
                            "UNKNOWN_LIST",
                            "Cannot add the rule: the list " + ids.list(list)
                                    + " has been deleted meanwhile. Name another list.")
                    .with("list", ids.list(list));
        }
    }

    /** Takes a rule away. */
    public void remove(StoredRule rule, Actor actor) {
        transactions.executeWithoutResult(status -> {
            if (jdbc.sql(REMOVE).param(rule.number()).update() == 0) {
                throw unknown(rule.id(), "it has been removed meanwhile.");
            }

            jdbc.sql(MOVE_REVISION).param(rule.directory()).update();
            enter(actor, "frequency.remove", rule);
        });
    }

    private void enter(Actor actor, String action, StoredRule rule) {
        Map<String, Object> detail = new LinkedHashMap<>();
        put(detail, "survey", rule.survey());
        put(detail, "segment", rule.rule().segment());
        put(detail, "list", rule.rule().list());
        put(detail, "always", rule.rule().always() ? true : null);
        put(detail, "max", rule.max());
        put(detail, "per", rule.per());
        put(detail, "gap", rule.gap());
        audit.enter(actor, action, AuditSubject.frequencyRule(rule.directory(), rule.number()), detail);
    }

    private static void put(Map<String, Object> detail, String name, @Nullable Object value) {
        if (value != null) {
            detail.put(name, value);
        }
    }

    /** The rules of a directory, in order of their creation. */
    public List<StoredRule> of(int directory) {
        return rows.of(directory);
    }

    /** The names of the segments and of the lists that rules of a directory name, by their public ids. */
    public Map<String, String> named(int directory) {
        Map<String, String> names = new LinkedHashMap<>();
        jdbc.sql(NAMED).param("directory", directory).query(row -> {
            long number = row.getLong(2);
            names.put(row.getInt(1) == 0 ? ids.segment(number) : ids.list((int) number), row.getString(3));
        });
        return names;
    }

    /** The rule of that public id; a refusal when there is none. */
    public StoredRule find(String id) {
        String text = Fold.trim(id);
        if (ids.isOfAnotherInstallation(text)) {
            throw unknown(id, "that is an id of another installation.");
        }

        OptionalLong number = ids.read(PublicId.FREQUENCY_RULE, text);
        return (number.isPresent() ? rows.byNumber(number.getAsLong()) : Optional.<StoredRule>empty())
                .orElseThrow(() -> unknown(
                        id,
                        number.isPresent()
                                ? "there is no rule of that id. It may have been removed."
                                : "that is no id of a rule. Use FR_ and 15 characters."));
    }

    private static Refusal unknown(String id, String reason) {
        return Refusal.notFound("UNKNOWN_FREQUENCY_RULE", "Cannot use the frequency rule '" + id + "': " + reason)
                .with("rule", id);
    }
}
