package io.muster.segment.evaluate;

import io.muster.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules about opt-outs, lists, segments, transactions and touchpoints. */
final class EventRules {

    private static final Instant NOW = Rule.AS_OF;
    private static final Instant DAY_AGO = NOW.minus(Duration.ofDays(1));
    private static final Instant WEEK_AGO = NOW.minus(Duration.ofDays(7));
    private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));

    private EventRules() {}

    static List<Rule> all() {
        return List.of(
                optOut(),
                optOutOfList(),
                listMember(),
                segmentMember(),
                gone(),
                within(),
                where(),
                count(),
                sum(),
                latest(),
                ties(),
                which(),
                touchpointCount(),
                words());
    }

    private static String key(int key) {
        return "%032x".formatted(key);
    }

    private static Rule optOut() {
        return Rule.of("optout-directory")
                .contact("in", contact -> contact)
                .contact("out", LiveDirectory.Builder::unsubscribed)
                .contact("out of a list", contact -> contact.optedOutOf(1))
                .holds("{optedOut: true}", "out")
                .holds("{optedOut: false}", "in", "out of a list")
                .refuses("{optedOut: maybe}", "line 1, optedOut: holds “maybe” but must be true or false.");
    }

    private static Rule optOutOfList() {
        return Rule.of("optout-list")
                .contact("elsewhere", contact -> contact)
                .contact("on it", contact -> contact.onList(1))
                .contact("out of it", contact -> contact.optedOutOf(1))
                .contact("out of another", contact -> contact.onList(1).optedOutOf(2))
                .contact("out of all", contact -> contact.onList(1).unsubscribed())
                .holds("{optedOut: true, list: CG_1}", "out of it")
                .holds("{optedOut: false, list: CG_1}", "elsewhere", "on it", "out of another", "out of all")
                .holds("{optedOut: true, list: CG_2}", "out of another")
                .holds(
                        "all: [{list: CG_1, is: member}, {optedOut: false, list: CG_1}]",
                        "on it",
                        "out of another",
                        "out of all");
    }

    private static Rule listMember() {
        return Rule.of("list-member")
                .contact("elsewhere", contact -> contact.onList(2))
                .contact("on it", contact -> contact.onList(1))
                .contact("out of it", contact -> contact.optedOutOf(1))
                .holds("{list: CG_1, is: member}", "on it", "out of it")
                .holds("{list: CG_1, isNot: member}", "elsewhere")
                .refuses(
                        "{list: SG_1, is: member}",
                        "line 1, list: holds “" + TestDatabase.IDS.segment(1)
                                + "”, which is not the id of a mailing list. Write one such as "
                                + TestDatabase.IDS.list(1)
                                + ".")
                .refuses("{list: CG_1, is: owner}", "line 1, is: holds “owner” but must be member.");
    }

    private static Rule segmentMember() {
        return Rule.of("segment-member")
                .contact("a", contact -> contact.embedded("v", "a"))
                .contact("b", contact -> contact.embedded("v", "b"))
                .contact("c", contact -> contact.embedded("v", "c"))
                .segment(1, "{segment: SG_2, isNot: member}")
                .segment(2, "{any: [{segment: SG_3, is: member}, {embedded: v, is: a}]}")
                .published(2, "c")
                .published(3, "b")
                .holds("{segment: SG_1, is: member}", "c")
                .holds("{segment: SG_2, is: member}", "a", "b")
                .holds("{segment: SG_3, is: member}", "b")
                .holds("{segment: SG_3, isNot: member}", "a", "c");
    }

    private static Rule gone() {
        return Rule.of("gone")
                .contact("a", contact -> contact.onList(1))
                .contact("b", contact -> contact)
                .holds("{list: CG_9, is: member}")
                .holds("{list: CG_9, isNot: member}", "a", "b")
                .holds("{optedOut: true, list: CG_9}")
                .holds("{optedOut: false, list: CG_9}", "a", "b")
                .holds("{segment: SG_9, is: member}")
                .holds("{segment: SG_9, isNot: member}", "a", "b");
    }

    private static Rule within() {
        Rule rule = Rule.of("events-within");
        Map<String, Instant> times = Map.of(
                "now",
                NOW,
                "in a moment",
                NOW.plusMillis(1),
                "a week ago",
                WEEK_AGO,
                "longer ago",
                WEEK_AGO.minusMillis(1));
        times.forEach((name, at) -> rule.contact(
                name,
                contact -> contact.transaction(key(1), at, Map.of())
                        .touchpoint(key(1), at, "web", "shown", Optional.empty())));
        rule.contact("never", contact -> contact);
        for (String events : List.of("transactions", "touchpoints")) {
            rule.holds("{" + events + ": {withinLast: 7d}, any: true}", "now", "a week ago")
                    .holds("{" + events + ": {withinLast: 1w}, count: {is: 0}}", "in a moment", "longer ago", "never")
                    .holds("{" + events + ": {}, any: true}", "now", "in a moment", "a week ago", "longer ago");
        }

        return rule.holds(
                "all: [{transactions: {}, any: true}, {transactions: {withinLast: 7d}, any: false}]",
                "in a moment",
                "longer ago");
    }

    private static Rule where() {
        return Rule.of("transactions-where")
                .contact(
                        "both in one",
                        contact -> contact.transaction(key(1), NOW, Map.of("amount", "10", "shop", "Köln"))
                                .transaction(key(2), NOW, Map.of("amount", "1", "shop", "Rom")))
                .contact(
                        "one each",
                        contact -> contact.transaction(key(3), NOW, Map.of("amount", "10", "shop", "Rom"))
                                .transaction(key(4), NOW, Map.of("amount", "1", "shop", "KÖLN")))
                .contact("bare", contact -> contact.transaction(key(5), NOW, Map.of()))
                .contact("odd", contact -> contact.transaction(key(6), NOW, Map.of("amount", "ten", "shop", " ")))
                .contact("never", contact -> contact)
                .holds(
                        "{transactions: {where: {all: [{field: amount, as: number, gt: 5}, {field: shop, is: köln}]}},"
                                + " any: true}",
                        "both in one")
                .holds(
                        "all: [{transactions: {where: {field: amount, as: number, gt: 5}}, any: true},"
                                + " {transactions: {where: {field: shop, is: köln}}, any: true}]",
                        "both in one",
                        "one each")
                .holds("{transactions: {where: {field: shop, isEmpty: true}}, any: true}", "bare", "odd")
                .holds(
                        "{transactions: {where: {field: amount, as: number, isNot: 10}}, any: true}",
                        "both in one",
                        "one each",
                        "bare",
                        "odd")
                .holds("{transactions: {where: {field: amount, as: number, isNotEmpty: true}}, count: {is: 1}}", "odd")
                .holds(
                        "{transactions: {where: {none: [{field: shop, is: Rom}, {any: [{field: shop, isEmpty:"
                                + " true}]}]}}, any: true}",
                        "both in one",
                        "one each")
                .holds("{transactions: {}, any: true}", "both in one", "one each", "bare", "odd");
    }

    private static Rule count() {
        return Rule.of("transactions-count")
                .contact("none", contact -> contact)
                .contact("one", contact -> contact.transaction(key(1), NOW, Map.of()))
                .contact(
                        "two",
                        contact -> contact.transaction(key(2), NOW, Map.of()).transaction(key(3), NOW, Map.of()))
                .holds("{transactions: {}, any: true}", "one", "two")
                .holds("{transactions: {}, any: false}", "none")
                .holds("{transactions: {}, count: {is: 0}}", "none")
                .holds("{transactions: {}, count: {isNot: 0}}", "one", "two")
                .holds("{transactions: {}, count: {lt: 2}}", "none", "one")
                .holds("{transactions: {}, count: {lte: 1}}", "none", "one")
                .holds("{transactions: {}, count: {gt: 1}}", "two")
                .holds("{transactions: {}, count: {gte: 1}}", "one", "two")
                .holds("{transactions: {}, count: {between: [0, 1]}}", "none", "one")
                .holds("{transactions: {}, count: {in: [0, 2]}}", "none", "two")
                .holds("{transactions: {}, count: {notIn: [0, 2]}}", "one")
                .holds("{transactions: {}, count: {is: 0.5}}")
                .holds("{transactions: {}, count: {gte: 0}}", "none", "one", "two");
    }

    private static Rule sum() {
        return Rule.of("transactions-sum")
                .contact("none", contact -> contact)
                .contact(
                        "exact",
                        contact -> contact.transaction(key(1), NOW, Map.of("amount", "0.1"))
                                .transaction(key(2), NOW, Map.of("AMOUNT", " 0.2 ")))
                .contact(
                        "odd",
                        contact -> contact.transaction(key(3), NOW, Map.of("amount", "5"))
                                .transaction(key(4), NOW, Map.of("amount", "1,000"))
                                .transaction(key(5), NOW, Map.of("other", "7")))
                .contact(
                        "levelled",
                        contact -> contact.transaction(key(6), NOW, Map.of("amount", "-3"))
                                .transaction(key(7), NOW, Map.of("amount", "3.000")))
                .contact(
                        "large",
                        contact -> contact.transaction(key(8), NOW, Map.of("amount", "999999999999999999"))
                                .transaction(key(9), NOW, Map.of("amount", "1e30"))
                                .transaction(key(10), NOW, Map.of("amount", "0.000000001"))
                                .transaction(key(11), WEEK_AGO, Map.of("amount", "90000000000000"))
                                .transaction(key(12), WEEK_AGO, Map.of("amount", "90000000000000")))
                .contact(
                        "to and fro",
                        contact -> contact.transaction(key(13), NOW, Map.of("amount", "9e40"))
                                .transaction(key(14), NOW, Map.of("amount", "0.00001"))
                                .transaction(key(15), NOW, Map.of("amount", "-9e40")))
                .holds("{transactions: {}, sum: {field: amount, is: 0.00001}}", "to and fro")
                .holds("{transactions: {}, sum: {field: amount, is: 0.3}}", "exact")
                .holds("{transactions: {}, sum: {field: amount, is: 5}}", "odd")
                .holds("{transactions: {}, sum: {field: amount, is: 0}}", "none", "levelled")
                .holds("{transactions: {}, sum: {field: amount, lt: 0.3}}", "none", "levelled", "to and fro")
                .holds("{transactions: {}, sum: {field: amount, between: [0.3, 5]}}", "exact", "odd")
                .holds("{transactions: {}, sum: {field: amount, is: '1000000000001180000000000000000.000000001'}}")
                .holds("{transactions: {}, sum: {field: amount, is: '1000000000001180000000000000000'}}")
                .holds(
                        "{transactions: {withinLast: 1d}, sum: {field: amount, is:"
                                + " '1000000000000999999999999999999.000000001'}}",
                        "large")
                .holds(
                        "{transactions: {where: {field: amount, as: number, lt: 1e15}}, sum: {field: amount, is:"
                                + " '180000000000000.000000001'}}",
                        "large")
                .holds("{transactions: {}, sum: {field: amount, isNot: 0}}", "exact", "odd", "large", "to and fro")
                .holds("{transactions: {field: amount}, sum: {is: 5}}", "odd")
                .holds("{transactions: {}, field: amount, sum: {is: 5}}", "odd")
                .holds(
                        "{transactions: {}, sum: {field: nothing, is: 0}}",
                        "none",
                        "exact",
                        "odd",
                        "levelled",
                        "large",
                        "to and fro");
    }

    private static Rule latest() {
        return Rule.of("transactions-latest")
                .contact("none", contact -> contact)
                .contact("without", contact -> contact.transaction(key(1), NOW, Map.of("other", "x")))
                .contact(
                        "two",
                        contact -> contact.transaction(key(3), DAY_AGO, Map.of("plan", "Gold", "price", "9"))
                                .transaction(key(2), NOW, Map.of("plan", "silver", "price", "x")))
                .contact(
                        "blank",
                        contact -> contact.transaction(key(4), DAY_AGO, Map.of("PLAN", "gold", "price", "10"))
                                .transaction(key(5), NOW, Map.of("plan", "  ")))
                .contact("future", contact -> contact.transaction(key(6), TOMORROW, Map.of("plan", "gold")))
                .holds("{transactions: {}, latest: {field: plan, is: GOLD}}", "blank", "future")
                .holds("{transactions: {}, latest: {field: plan, isNot: gold}}", "none", "without", "two")
                .holds("{transactions: {}, latest: {field: plan, isEmpty: true}}", "none", "without")
                .holds("{transactions: {}, latest: {field: plan, isNotEmpty: true}}", "two", "blank", "future")
                .holds("{transactions: {withinLast: 1w}, latest: {field: plan, is: gold}}", "blank")
                .holds(
                        "{transactions: {where: {field: plan, isNot: silver}}, latest: {field: plan, is: gold}}",
                        "two",
                        "blank",
                        "future")
                .holds("{transactions: {}, latest: {field: price, as: number, lt: 100}}", "blank")
                .holds("{transactions: {}, latest: {field: price, as: number, isNotEmpty: true}}", "two", "blank")
                .holds("{transactions: {field: plan}, latest: {is: silver}}", "two")
                .refuses(
                        "{transactions: {}, latest: {is: silver}}",
                        "line 1, latest: does not say of which field. Write latest: {field: NAME, OPERATOR: VALUE}.");
    }

    private static Rule ties() {
        return Rule.of("transactions-ties")
                .contact(
                        "a last",
                        contact -> contact.transaction(key(9), NOW, Map.of("plan", "a"))
                                .transaction(key(1), NOW, Map.of("plan", "b")))
                .contact(
                        "b last",
                        contact -> contact.transaction(key(2), NOW, Map.of("plan", "a"))
                                .transaction("f" + key(0).substring(1), NOW, Map.of("plan", "b"))
                                .transaction(key(3), NOW, Map.of("plan", "a")))
                .holds("{transactions: {}, latest: {field: plan, is: a}}", "a last")
                .holds("{transactions: {}, latest: {field: plan, is: b}}", "b last");
    }

    private static Rule which() {
        return Rule.of("touchpoints-which")
                .contact("mail", contact -> contact.touchpoint(key(1), NOW, "email", "invite", Optional.of("SV-a")))
                .contact("web", contact -> contact.touchpoint(key(2), NOW, "web", "shown", Optional.empty()))
                .contact(
                        "two",
                        contact -> contact.touchpoint(key(3), NOW, "email", "thank-you", Optional.empty())
                                .touchpoint(key(4), NOW, "web", "invite", Optional.of("sv-A")))
                .contact("none", contact -> contact)
                .holds("{touchpoints: {channel: email}, any: true}", "mail", "two")
                .holds("{touchpoints: {channel: [EMAIL, sms]}, any: true}", "mail", "two")
                .holds("{touchpoints: {kind: [invite, shown]}, any: true}", "mail", "web", "two")
                .holds("{touchpoints: {kind: Thank You}, any: true}", "two")
                .holds("{touchpoints: {channel: email, kind: invite}, any: true}", "mail")
                .holds("{touchpoints: {survey: sv-a}, any: true}", "mail", "two")
                .holds("{touchpoints: {channel: web, survey: [sv-b, SV-A]}, any: true}", "two")
                .holds("{touchpoints: {survey: sv-b}, any: true}")
                .holds("{touchpoints: {intercept: si-1}, any: true}");
    }

    private static Rule touchpointCount() {
        return Rule.of("touchpoints-count")
                .contact("none", contact -> contact)
                .contact("one", contact -> contact.touchpoint(key(1), NOW, "web", "shown", Optional.empty()))
                .contact(
                        "two",
                        contact -> contact.touchpoint(key(2), WEEK_AGO, "web", "shown", Optional.empty())
                                .touchpoint(key(3), NOW, "web", "shown", Optional.empty()))
                .holds("{touchpoints: {}, any: true}", "one", "two")
                .holds("{touchpoints: {}, any: false}", "none")
                .holds("{touchpoints: {}, count: {is: 0}}", "none")
                .holds("{touchpoints: {withinLast: 1d}, count: {is: 1}}", "one", "two")
                .holds("{touchpoints: {}, count: {gte: 2}}", "two")
                .holds("{touchpoints: {channel: sms}, count: {lt: 1}}", "none", "one", "two");
    }

    private static Rule words() {
        return Rule.of("touchpoints-words")
                .refuses(
                        "{touchpoints: {channel: fax}, any: true}",
                        "line 1, touchpoints.channel: is not a channel of touchpoints. Use email, sms, web, app, push,"
                                + " whatsapp, phone, post, other.")
                .refuses(
                        "{touchpoints: {kind: [shown, seen]}, any: true}",
                        "line 1, touchpoints.kind[1]: is not a kind of touchpoints. Use invite, sent, shown, reminder,"
                                + " thank-you, opened, clicked, dismissed, started, answered, bounced.");
    }
}
