package io.muster.intercept.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.PageTest.UrlOperator;
import io.muster.intercept.decide.Reference.Form;
import io.muster.intercept.decide.Tree.Group;
import io.muster.intercept.decide.Tree.Join;
import io.muster.intercept.decide.Tree.Leaf;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision table of docs/intercepts.md, line by line, and what its parts mean. */
class DeciderTests {

    private static final String PROJECT = "ZN_000000000000001";
    private static final long AT = Instant.parse("2026-11-15T00:00:00Z").toEpochMilli();
    private static final long GENERAL = Instant.parse("2026-12-01T00:00:00Z").toEpochMilli();
    private static final long OF_SURVEY = Instant.parse("2026-11-20T00:00:00Z").toEpochMilli();
    private static final long NOTHING = FrequencyRules.ALWAYS;

    /** The directory that the page describes: memberships of SG_a, then times for all surveys and for SV_x. */
    private static final Map<String, long[]> CONTACTS = Map.of(
            "known", new long[] {0, NOTHING, NOTHING},
            "member", new long[] {1, NOTHING, NOTHING},
            "capped", new long[] {0, GENERAL, OF_SURVEY},
            "never", new long[] {0, FrequencyRules.NEVER, FrequencyRules.NEVER},
            "null", new long[] {0, NOTHING, NOTHING});

    private static final ContactTable TABLE = new ContactTable() {
        @Override
        public List<String> audiences() {
            return List.of("SG_a");
        }

        @Override
        public List<String> surveys() {
            return List.of("", "sv_x");
        }

        @Override
        public boolean find(Reference reference, ContactRecord into) {
            long[] contact = CONTACTS.get(reference.toString());
            if (contact == null) {
                return false;
            }

            into.clear(1, 2);
            into.audiences(0, contact[0]);
            into.time(0, contact[1]);
            into.time(1, contact[2]);
            return true;
        }
    };

    private final Decider decider = new Decider(() -> 5_000);
    private final DecisionCall call = new DecisionCall();

    /** One line of the table. */
    record Line(String title, List<String> cells) {

        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Line> table() throws IOException {
        return Files.readAllLines(Path.of("docs", "intercepts.md")).stream()
                .dropWhile(line -> !line.startsWith("| case | project |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .map(cells -> new Line(cells.get(1), cells));
    }

    @ParameterizedTest
    @MethodSource("table")
    void decidesAsTheTableSays(Line line) {
        String words = line.cells().get(2);
        ProjectDefinition project =
                Definitions.project(PROJECT, words, line.cells().get(3), UnaryOperator.identity());
        boolean usable = !words.contains("unusable") && project.directory() != null;
        fill(line.cells().get(4));
        decider.decide(call, List.of(new ProjectInUse(project, usable ? TABLE : null)));

        assertThat(answer()).isEqualTo(line.cells().get(5));
    }

    @Test
    void theTableHasALineForEachCase() throws IOException {
        assertThat(table()).hasSizeGreaterThan(70).map(Line::title).doesNotHaveDuplicates();
    }

    @Test
    void olderIsOlderAcrossTheProjectsOfAPage() {
        ProjectInUse first = project("linked", "A list-based; C");
        ProjectInUse second = new ProjectInUse(
                new ProjectDefinition(
                        "ZN_000000000000002",
                        true,
                        "POOL_000000000000001",
                        List.of(),
                        null,
                        Definitions.DEBUG_KEY,
                        List.of(),
                        List.of(Definitions.intercept("B list-based created=same", 2, id -> id)),
                        PageDefinition.NONE),
                TABLE);
        for (List<ProjectInUse> projects : List.of(List.of(first, second), List.of(second, first))) {
            fill("ref=known");
            decider.decide(call, projects);
            assertThat(answer()).isEqualTo("A show ELIGIBLE, B hide OLDER_INTERCEPT, C show ELIGIBLE");
            fill("ref=known intercept=B");
            decider.decide(call, projects);
            assertThat(answer()).isEqualTo("B show ELIGIBLE");
        }

        fill("ref=known");
        decider.decide(call, List.of(second));
        assertThat(answer()).as("the other project is not asked about").isEqualTo("B show ELIGIBLE");
    }

    @Test
    void theUsualPlaceholdersAreNoReference() {
        ProjectInUse project = project("linked", "A");
        for (String text : List.of("", "%20", "unknown", "null", "undefined", "0", "extRef", "EXTREF%09")) {
            fill("ref=" + text);
            decider.decide(call, List.of(project));
            assertThat(answer()).as("'%s'", text).isEqualTo("A show NO_REFERENCE");
        }

        for (String text : List.of("00", "unknown1", "nul")) {
            fill("ref=" + text);
            decider.decide(call, List.of(project));
            assertThat(answer()).as("'%s'", text).isEqualTo("A hide UNKNOWN_REFERENCE");
        }
    }

    @Test
    void eachProjectOfAPageHasItsOwnPlaceholdersAndSignatures() {
        ProjectInUse signed = project("signed", "A");
        ProjectInUse open = project("linked", "B");
        fill("ref=known");
        decider.decide(call, List.of(signed, open));

        assertThat(answer()).isEqualTo("A hide UNKNOWN_REFERENCE, B show ELIGIBLE");
    }

    @Test
    void debuggingSaysSegmentsAndTimesOfAContactThatWasLookedUp() {
        ProjectInUse project = project("linked", "A target=SG_a; B; C survey=SV_x; D off; E unlinked; F frequency=off");
        fill("ref=capped");
        decider.decide(call, List.of(project));

        assertThat(decider.segments(0)).isEqualTo(Map.of("SG_a", false));
        assertThat(decider.segments(1)).isEmpty();
        assertThat(IntStream.range(0, decider.size()).mapToObj(decider::nextEligible))
                .containsExactly(GENERAL, GENERAL, OF_SURVEY, NOTHING, NOTHING, NOTHING);
        assertThat(IntStream.range(0, decider.size()).mapToObj(decider::knewContact))
                .containsExactly(true, true, true, false, false, true);
    }

    @Test
    void debuggingSaysNothingOfAContactThatWasNotLookedUp() {
        ProjectInUse project = project("linked", "A target=SG_a");
        for (String visitor : List.of("", "ref=unknown-1", "ref=null")) {
            fill(visitor);
            decider.decide(call, List.of(project));
            assertThat(decider.segments(0)).isEmpty();
            assertThat(decider.nextEligible(0)).isEqualTo(NOTHING);
            assertThat(decider.knewContact(0)).isFalse();
        }
    }

    @Test
    void groupsJoinTestsOfSegments() {
        Tree<SegmentTest> member = new Leaf<>(new SegmentTest("SG_a", true));
        Tree<SegmentTest> stranger = new Leaf<>(new SegmentTest("SG_a", false));
        assertThat(targets(new Group<>(Join.ALL, List.of(member, stranger)))).containsExactly(false, false);
        assertThat(targets(new Group<>(Join.ALL, List.of(member, member)))).containsExactly(true, false);
        assertThat(targets(new Group<>(Join.ANY, List.of(member, stranger)))).containsExactly(true, true);
        assertThat(targets(new Group<>(Join.NONE, List.of(member)))).containsExactly(false, true);
        assertThat(targets(new Group<>(Join.NONE, List.of(new Group<>(Join.NONE, List.of(member))))))
                .containsExactly(true, false);
        assertThat(targets(new Group<>(Join.ANY, List.of()))).containsExactly(false, false);
        assertThat(targets(Tree.always())).containsExactly(true, true);
    }

    @Test
    void refusesATargetThatTheTableDoesNotHold() {
        assertThatThrownBy(() -> project("linked", "A target=SG_b"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the definitions of " + PROJECT
                        + ": they name segment SG_b, which the table of contacts does not hold. Publish the"
                        + " project again.");
        assertThat(new ProjectInUse(Definitions.project(PROJECT, "linked", "A unlinked target=SG_b", id -> id), TABLE))
                .as("an intercept without a link needs no table")
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "CONTAINS, shop, true",
        "CONTAINS, SHOP, false",
        "STARTS_WITH, https://example, true",
        "STARTS_WITH, example, false",
        "ENDS_WITH, ?a=1, true",
        "IS, https://example.org/shop?a=1, true",
        "IS, https://example.org/shop, false",
        "MATCHES, https://[a-z.]+/shop.*, true",
        "MATCHES, shop, false",
        "MATCHES, https://example.org/shop, false",
        "MATCHES, example.org/shop.*, false",
        "MATCHES, https://example|shop.a=1, false",
        "MATCHES, https://example|https://.*, true"
    })
    void comparesAddresses(UrlOperator operator, String value, boolean holds) {
        PageTest test = new PageTest.Url(operator, value);
        assertThat(test.check().holds(call.at(AT).url("https://example.org/shop?a=1")))
                .isEqualTo(holds);
        assertThat(test.check().holds(call.at(AT))).as("without an address").isFalse();
    }

    @Test
    void joinsPageConditions() {
        Tree<PageTest> shop = new Leaf<>(new PageTest.Url(UrlOperator.CONTAINS, "shop"));
        Tree<PageTest> mobile = new Leaf<>(new PageTest.OnDevice(Device.MOBILE));
        Tree.Check<DecisionCall> none = new Group<>(Join.NONE, List.of(shop, mobile)).compile(PageTest::check);
        assertThat(none.holds(call.at(AT)))
                .as("tests of what is not known are false")
                .isTrue();
        assertThat(none.holds(call.at(AT).url("/shop"))).isFalse();
        assertThat(none.holds(call.at(AT).device(Device.MOBILE))).isFalse();
    }

    @Test
    void refusesWhatIsNoRegularExpression() {
        assertThatThrownBy(() -> new PageTest.Url(UrlOperator.MATCHES, "(a"))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith(
                        "Cannot read the page condition: '(a' is no regular expression (missing closing ))");
    }

    @Test
    void samplesTheShareAndStaysWithIt() {
        Sampling tenth = sampling("A sample=10");
        long taken = references().filter(tenth::takes).count();
        assertThat(taken).isBetween(1_800L, 2_200L);
        List<String> first =
                references().filter(tenth::takes).map(Reference::toString).toList();
        assertThat(references().filter(sampling("A sample=10")::takes).map(Reference::toString))
                .containsExactlyElementsOf(first);
        assertThat(references().filter(sampling("A sample=20")::takes).map(Reference::toString))
                .containsAll(first);
        Sampling other = sampling("B sample=10");
        assertThat(references()
                        .filter(one -> tenth.takes(one) && other.takes(one))
                        .count())
                .as("another intercept draws anew")
                .isBetween(140L, 260L);
    }

    @Test
    void holdsTheSameReferencesOutOfAllInterceptsOfAProject() {
        List<String> ofFirst = heldOut(sampling("A hold-out=10"));
        assertThat(ofFirst).hasSizeBetween(1_800, 2_200);
        assertThat(heldOut(sampling("B hold-out=10"))).isEqualTo(ofFirst);
        assertThat(heldOut(sampling("B hold-out=20")))
                .hasSizeBetween(3_700, 4_300)
                .containsAll(ofFirst);
        Sampling elsewhere = new Sampling("ZN_000000000000002", Definitions.intercept("A hold-out=10", 1, id -> id));
        assertThat(heldOut(elsewhere)).as("another project draws anew").isNotEqualTo(ofFirst);
    }

    @Test
    void samplingIsIndependentOfHoldingOut() {
        Sampling both = sampling("A sample=50 hold-out=50");
        assertThat(references().filter(both::takes).count()).isBetween(4_700L, 5_300L);
    }

    @Test
    void ofAllDrawsExactlyTheShareIsTaken() {
        assertThat(drawsTakenBy("A sample=12.34")).hasSize(1_234);
        assertThat(drawsTakenBy("A hold-out=12.34"))
                .hasSize(10_000 - 1_234)
                .doesNotContain(0, 1_233)
                .contains(1_234);
        assertThat(drawsTakenBy("A sample=0")).isEmpty();
        assertThat(drawsTakenBy("A sample=20")).containsAll(drawsTakenBy("A sample=10"));
        assertThat(drawsTakenBy("A sample=50 hold-out=50")).hasSizeBetween(2_300, 2_700);
        assertThat(drawsTakenBy("B sample=10")).isNotEqualTo(drawsTakenBy("A sample=10"));
    }

    @Test
    void drawsForAVisitorWithNeitherReferenceNorDraw() {
        ProjectInUse project = project("linked", "A hold-out=60; B hold-out=40");
        fill("");
        decider.decide(call, List.of(project));

        assertThat(answer()).as("5,000 was drawn").isEqualTo("A hide NOT_SAMPLED, B show NO_REFERENCE");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 10000", "12.5, 1250", "0.01, 1", "99.99, 9999"})
    void readsPercentages(String text, int hundredths) {
        assertThat(Percentage.of(text)).isEqualTo(new Percentage(hundredths));
    }

    @ParameterizedTest
    @CsvSource({"100.01", "-1", "1.234", "ten", "''", "1e9", "1e99999999"})
    void refusesWhatIsNoPercentage(String text) {
        assertThatThrownBy(() -> Percentage.of(text))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot use '%s' as a percentage: ", text);
    }

    @Test
    void judgesReferences() {
        Reference reference = new Reference();
        assertThat(reference.of(" C-1\t")).isEqualTo(Form.PRESENT);
        assertThat(reference).hasToString("C-1");
        assertThat(reference.of("\u00A0Zoë\u2003")).isEqualTo(Form.PRESENT);
        assertThat(reference).hasToString("Zoë");
        assertThat(reference.of("\u3000")).isEqualTo(Form.BLANK);
        assertThat(reference.of("")).isEqualTo(Form.BLANK);
        assertThat(reference.of("x".repeat(255))).isEqualTo(Form.PRESENT);
        assertThat(reference.of("x".repeat(256))).isEqualTo(Form.INVALID);
        assertThat(reference.of("😀".repeat(255))).isEqualTo(Form.PRESENT);
        assertThat(reference.of("😀".repeat(256))).isEqualTo(Form.INVALID);
        assertThat(reference.of(" ".repeat(100_000))).isEqualTo(Form.INVALID);
        for (String control : List.of("a\nb", "a\u0000", "\u0000", "a\u007Fb", "ö\u0085ö", "ö\u0001", "\u001Ba")) {
            assertThat(reference.of(control)).as("%s", control).isEqualTo(Form.INVALID);
        }

        assertThat(reference.of("\uD800")).as("half a character").isEqualTo(Form.INVALID);
        reference.begin();
        reference.append((byte) 0xC3);
        assertThat(reference.finish()).as("half a letter in UTF-8").isEqualTo(Form.INVALID);
    }

    @Test
    void placeholdersCompareWithoutCaseInEveryScript() {
        Placeholders placeholders = new Placeholders(List.of(" Unbekannt ", "ÜBUNG"));
        Reference reference = new Reference();
        for (String text : List.of("unbekannt", "UNBEKANNT", "übung")) {
            reference.of(text);
            assertThat(placeholders.contain(reference)).as(text).isTrue();
        }

        reference.of("unbekannt1");
        assertThat(placeholders.contain(reference)).isFalse();
    }

    @Test
    void signsAsTheStandardDoes() {
        // RFC 4231, test case 2.
        assertThat(new Signatures("Jefe").of("what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void debugTokensAreForOneProjectAndEnd() {
        ProjectDefinition project = Definitions.project(PROJECT, "linked", "A", id -> id);
        String token = DebugToken.issue(PROJECT, 1_000, Definitions.DEBUG_KEY);

        assertThat(DebugToken.isValid(token, project, 999_999)).isTrue();
        assertThat(DebugToken.isValid(token, project, 1_000_000))
                .as("at its end")
                .isFalse();
        assertThat(DebugToken.isValid(token.replace(".1000.", ".1001."), project, 0))
                .isFalse();
        assertThat(DebugToken.isValid(DebugToken.issue("ZN_000000000000002", 1_000, Definitions.DEBUG_KEY), project, 0))
                .isFalse();
        assertThat(DebugToken.isValid(DebugToken.issue(PROJECT, 1_000, "another key"), project, 0))
                .isFalse();
        assertThat(DebugToken.isValid("", project, 0)).isFalse();
    }

    /** Some calls first, for the compiler; then not one byte. */
    @Test
    void allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ContactTable table = new SameContact();
        List<ProjectInUse> projects = List.of(new ProjectInUse(
                Definitions.project(
                        PROJECT, "linked", "A target=SG_a; B hold-out=10 sample=50; C list-based", id -> id),
                table));
        byte[] bytes = "C-1234567".getBytes(StandardCharsets.UTF_8);
        long[] used = new long[3];
        for (int round = 0; round < used.length; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                call.at(AT);
                call.reference().begin();
                for (byte one : bytes) {
                    call.reference().append(one);
                }

                call.referenceWritten();
                decider.decide(call, projects);
            }

            used[round] = threads.getCurrentThreadAllocatedBytes() - before;
        }

        // Asking for the number itself may take some bytes.
        assertThat(Arrays.stream(used).min().orElseThrow()).isLessThan(1_000);
    }

    /** A table where everybody is the same contact. */
    private static final class SameContact implements ContactTable {

        @Override
        public List<String> audiences() {
            return List.of("SG_a");
        }

        @Override
        public List<String> surveys() {
            return List.of("");
        }

        @Override
        public boolean find(Reference reference, ContactRecord into) {
            into.clear(1, 1);
            into.audiences(0, 1);
            into.time(0, NOTHING);
            return true;
        }
    }

    private static List<Boolean> targets(Tree<SegmentTest> tree) {
        Tree.Check<ContactRecord> check = tree.compile(test -> contact -> contact.isMember(0) == test.member());
        ContactRecord member = new ContactRecord();
        member.audiences(0, 1);
        return List.of(check.holds(member), check.holds(new ContactRecord()));
    }

    private static Sampling sampling(String intercept) {
        return new Sampling(PROJECT, Definitions.intercept(intercept, 1, id -> id));
    }

    private static Stream<Reference> references() {
        Reference reference = new Reference();
        return IntStream.range(0, 20_000).mapToObj(i -> {
            reference.of("C-" + i);
            return reference;
        });
    }

    private static List<String> heldOut(Sampling sampling) {
        return references()
                .filter(one -> !sampling.takes(one))
                .map(Reference::toString)
                .toList();
    }

    private static List<Integer> drawsTakenBy(String intercept) {
        Sampling sampling = sampling(intercept);
        return IntStream.range(0, Percentage.WHOLE)
                .filter(sampling::takes)
                .boxed()
                .toList();
    }

    private static ProjectInUse project(String words, String intercepts) {
        return new ProjectInUse(Definitions.project(PROJECT, words, intercepts, id -> id), TABLE);
    }

    private void fill(String text) {
        Map<String, String> words = Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toMap(
                        word -> word.split("=", 2)[0],
                        word -> URLDecoder.decode(word.split("=", 2)[1], StandardCharsets.UTF_8)));
        call.at(words.containsKey("at") ? Instant.parse(words.remove("at")).toEpochMilli() : AT);
        words.forEach((name, value) -> {
            switch (name) {
                case "ref" -> call.reference(value);
                case "sig" -> call.signature(signature(value));
                case "url" -> call.url(value);
                case "device" -> call.device(Device.valueOf(value.toUpperCase(Locale.ROOT)));
                case "draw" -> call.draw(Integer.parseInt(value));
                case "intercept" -> call.intercept(value);
                default -> throw new IllegalArgumentException(name);
            }
        });
    }

    private static String signature(String word) {
        String right = new Signatures(Definitions.SECRET).of("known");
        return switch (word) {
            case "right" -> right;
            case "upper" -> right.toUpperCase(Locale.ROOT);
            default -> new Signatures("another secret").of("known");
        };
    }

    private String answer() {
        return String.join(
                ", ",
                IntStream.range(0, decider.size())
                        .mapToObj(i -> "%s %s %s"
                                .formatted(
                                        decider.intercept(i).id(),
                                        decider.isShown(i) ? "show" : "hide",
                                        decider.reason(i)))
                        .toList());
    }
}
