package io.muster.support.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTests {

    private static final DocumentKind PLAIN = kind(0);

    private static DocumentKind kind(int aliases) {
        return new DocumentKind(
                "project files",
                "one project",
                "docs/projects.md",
                new DocumentKind.Limits(
                        8 << 20,
                        "is longer than 8 Mi characters",
                        20,
                        "is nested deeper than 20 levels. No project file needs that",
                        aliases));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: Shop\nsteps: [1, 'two', ~]\nmore: {a: no, b: 0123}\n",
                "# first\nname: 'Shop'\nsteps:\n  - 1\n  - two\n  -\nmore:\n  a: no\n  b: 0123\n",
                "{name: Shop, steps: [1, two, null], more: {a: no, b: 0123}}",
                "{\"name\": \"Shop\", \"steps\": [1, \"two\", null], \"more\": {\"a\": \"no\", \"b\": \"0123\"}}",
                "\uFEFF{\"name\":\"Sh\\u006fp\",\"steps\":[1,\"two\",null],\"more\":{\"a\":\"no\",\"b\":\"0123\"}}",
            })
    void readsYamlAndJsonAlike(String text) {
        assertThat(plain(good(text, PLAIN)))
                .isEqualTo(Map.of(
                        "name", "Shop", "steps", List.of("1", "two", "null"), "more", Map.of("a", "no", "b", "0123")));
    }

    @Test
    void knowsWhereEverythingBegins() {
        Node.Keys keys = (Node.Keys) good("a: 1\n\nb:\n  - x\n  - {c: y}\n", PLAIN);
        Node.Entry b = entry(keys, "b");
        Node.Items list = (Node.Items) b.value();
        Node.Keys inner = (Node.Keys) list.items().getLast();

        assertThat(b.keyPlace()).isEqualTo(new Place(3, 1));
        assertThat(list.items().getFirst().place()).isEqualTo(new Place(4, 5));
        assertThat(entry(inner, "c").keyPlace()).isEqualTo(new Place(5, 6));
        assertThat(entry(inner, "c").value().place()).isEqualTo(new Place(5, 9));
        assertThat(good("{\n \"a\":\n  [\"x\"]}", PLAIN))
                .isInstanceOfSatisfying(
                        Node.Keys.class,
                        json -> assertThat(entry(json, "a").value().place()).isEqualTo(new Place(3, 3)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|1:1: is empty. Write one project, see docs/projects.md.",
                "`# nothing`|1:1: is empty. Write one project, see docs/projects.md.",
                "`--- a\n--- b`|2:1: holds a second document. Write one project per file.",
                "{a: 1, a: 2}|1:8: a: is given twice (first on line 1). Remove one of the two.",
                "`{\"a\": 1, \"a\": 2}`|1:10: a: is given twice (first on line 1). Remove one of the two.",
                "{[a]: 1}|1:2: has a key that is not a plain word. Write KEY: VALUE.",
                "a: [x, !!int 5]|1:8: a[1]: has the tag tag:yaml.org,2002:int, which project files do not support."
                        + " Remove it, or put a text that begins with ! in quotes.",
                "a: {b: &x 5}|1:8: a.b: has an anchor, which project files do not support. Write the value out, or put"
                        + " a text that begins with & in quotes.",
                "a: *x|1:4: a: has an alias, which project files do not support. Write the value out, or put a text"
                        + " that begins with * in quotes.",
                "<<: {a: 1}|1:1: merges keys with <<, which project files do not support. Write the keys out.",
                "`{\"a\": 1 \"b\": 2}`|1:9: is not readable as JSON: Unexpected character ('\"' (code 34)): was"
                        + " expecting comma to separate Object entries. Check commas, quotes and brackets near this line.",
                "`a:\n"
                        + "\tb: 1`|2:1: is not readable as YAML: a tab is used where only spaces are allowed. Indent with"
                        + " spaces.",
            })
    void reportsWhatIsWrongWithItsPlace(String text, String problem) {
        assertThat(problems(text, PLAIN)).containsExactly(problem);
    }

    @Test
    void reportsAllProblemsInTheOrderOfTheText() {
        assertThat(problems("b: 1\na: &x 1\nb: !t 2\nc: *x\n", PLAIN))
                .extracting(problem -> problem.substring(0, 6))
                .containsExactly("2:4: a", "3:1: b", "3:4: b", "4:4: c");
    }

    @Test
    void repeatsWhatAnAnchorNamesWhereTheKindAllowsIt() {
        Node root = good("base: &b {x: 1, y: [2, 3]}\none: *b\ntwo: [*b]\n", kind(100));

        Object base = Map.of("x", "1", "y", List.of("2", "3"));
        assertThat(plain(root)).isEqualTo(Map.of("base", base, "one", base, "two", List.of(base)));
        assertThat(problems("a: *none\nb: &b [*b]\n", kind(100)))
                .containsExactly(
                        "1:4: a: repeats &none, which is not defined above. Write the value out.",
                        "2:8: b[0]: repeats &b, which is not defined above. Write the value out.");
    }

    @Test
    void boundsWhatAliasesRepeat() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 15; i++) {
            bomb.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(10)));
        }

        assertThat(problems(bomb.toString(), kind(10_000)))
                .containsExactly("4:45: repeats more than 10000 values with aliases. Write the values out.");
        assertThat(problems("a: &a " + "[".repeat(15) + "]".repeat(15) + "\nb: " + "[".repeat(6) + "*a", kind(100)))
                .containsExactly("2:10: is nested deeper than 20 levels. No project file needs that.");
    }

    @Test
    void readsUpToTheDepthAndRefusesWhatIsDeeper() {
        assertThat(good("[".repeat(21) + "x" + "]".repeat(21), PLAIN)).isInstanceOf(Node.Items.class);
        assertThat(good("[".repeat(21) + "5" + "]".repeat(21), PLAIN)).isInstanceOf(Node.Items.class);
        assertThat(problems("[".repeat(22) + "x" + "]".repeat(22), PLAIN))
                .containsExactly("1:22: is nested deeper than 20 levels. No project file needs that.");
    }

    /** Each of these has eight million characters; none takes a stack or minutes. */
    @ParameterizedTest
    @ValueSource(
            strings = {"[", "{a: ", "{\"a\":", "[{\"a\":", "- ", "? ", "&a ", "!t ", "*a ", "\"", "{", "a: b: ", "|"})
    void refusesHostileTextsAtOnce(String part) {
        String text = part.repeat((8 << 20) / part.length());

        assertThat(problems(text, PLAIN)).isNotEmpty().hasSizeLessThanOrEqualTo(Problems.MOST);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(problems("x".repeat((8 << 20) + 1), PLAIN)).containsExactly("1:1: is longer than 8 Mi characters.");
    }

    @Test
    void namesTheEndOfAVeryLongPath() {
        DocumentPath path = DocumentPath.ROOT;
        for (int i = 0; i < 1_000; i++) {
            path = path.key("all").index(i);
        }

        assertThat(path.text()).startsWith("…").endsWith("all[998].all[999]").hasSizeLessThan(200);
        assertThat(DocumentPath.ROOT.key("a").index(3).key("b").text()).isEqualTo("a[3].b");
    }

    @Test
    void coversPartsAndWholes() {
        Problems problems = new Problems();
        problems.add(Place.START, "source.host", "is missing");

        assertThat(problems.covers("source")).isTrue();
        assertThat(problems.covers("source.host")).isTrue();
        assertThat(problems.covers("source.host.x")).isTrue();
        assertThat(problems.covers("source.hosts")).isFalse();
        assertThat(problems.covers("target")).isFalse();
    }

    private static Node.Entry entry(Node.Keys keys, String key) {
        return Objects.requireNonNull(keys.entries().get(key));
    }

    private static Node good(String text, DocumentKind kind) {
        Problems problems = new Problems();
        Optional<Node> root = Documents.read(text, kind, problems);
        assertThat(problems.sorted()).isEmpty();
        return root.orElseThrow();
    }

    private static List<String> problems(String text, DocumentKind kind) {
        Problems problems = new Problems();
        Documents.read(text, kind, problems);
        return problems.sorted().stream()
                .map(problem -> problem.text("x").substring(2))
                .toList();
    }

    private static Object plain(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar.isNull() ? "null" : scalar.text();
            case Node.Items items ->
                items.items().stream().map(DocumentsTests::plain).toList();
            case Node.Keys keys -> {
                Map<String, Object> map = new LinkedHashMap<>();
                keys.entries().forEach((key, entry) -> map.put(key, plain(entry.value())));
                yield map;
            }
        };
    }
}
