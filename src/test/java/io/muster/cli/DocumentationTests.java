package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What README and docs show works: commands parse, those marked run, job files pass their check, links lead somewhere. */
class DocumentationTests {

    private static final String URL = "muster.database.url";
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w*)( run)?\\n([\\s\\S]*?)^```$");
    private static final Pattern INLINE = Pattern.compile("`(?:\\./)?muster ([a-z][^`]*)`");
    private static final Pattern IN_POD = Pattern.compile("-- /opt/muster/muster (.*)");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(#[^)]*)?\\)");
    private static final Pattern ID = Pattern.compile("\\b(POOL|CG|CID|SG|AU|RN|MG|FR)_(?:[0-9A-Za-z]{15}|…)");

    @TempDir
    private Path folder;

    /** A fenced block of a page. */
    record Block(String language, boolean runnable, String text) {}

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md"), Path.of("sample-data", "README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    static List<Path> pagesThatRun() throws IOException {
        List<Path> running = new ArrayList<>();
        for (Path page : pages()) {
            if (blocks(page).stream().anyMatch(Block::runnable)) {
                running.add(page);
            }
        }

        return running;
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsParse(Path page) throws IOException {
        for (Block block : blocks(page)) {
            if (block.language().equals("sh")) {
                for (ShellLine line : ShellLine.of(block.text())) {
                    parse(line.words(), page);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsInPodsParse(Path page) throws IOException {
        Matcher commands = IN_POD.matcher(Files.readString(page));
        while (commands.find()) {
            parse(ShellLine.of("./muster " + commands.group(1)).getFirst().words(), page);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsInSentencesExist(Path page) throws IOException {
        Matcher matcher = INLINE.matcher(Files.readString(page));
        while (matcher.find()) {
            CommandLine command = commandLine();
            for (String word : matcher.group(1).split("[ \\[]+", -1)) {
                CommandLine next = command.getSubcommands().get(word);
                if (next == null) {
                    assertThat(command.getSubcommands().isEmpty() || !word.matches("[a-z]+"))
                            .as("command '%s' in %s", matcher.group(), page)
                            .isTrue();
                    break;
                }

                command = next;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void jobFilesPassTheirCheck(Path page) throws IOException {
        for (Block block : blocks(page)) {
            if (block.language().equals("yaml") && block.text().startsWith("kind:")) {
                Path file = folder.resolve("job.yaml");
                Files.writeString(file, block.text());
                assertThat(new JobFiles(folder).check(file))
                        .as("%s in %s", block.text(), page)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        Path absolute = page.toAbsolutePath();
        Matcher matcher = LINK.matcher(Files.readString(page).replaceAll("(?m)^```[\\s\\S]*?^```$", ""));
        while (matcher.find()) {
            Path target = matcher.group(1).isEmpty() ? absolute : absolute.resolveSibling(matcher.group(1));
            assertThat(target).as("link of %s", page).exists();
            String anchor = matcher.group(2);
            if (anchor != null) {
                assertThat(anchors(target)).as("headings of %s", target).contains(anchor.substring(1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pagesThatRun")
    void runnableBlocksDoWhatThePageShows(Path page) throws IOException {
        try (TestDatabase database = TestDatabase.create()) {
            System.setProperty(URL, database.url());
            Shell shell = new Shell(folder);
            List<Block> blocks = blocks(page);
            for (int i = 0; i < blocks.size(); i++) {
                if (!blocks.get(i).runnable()) {
                    continue;
                }

                String answer = shell.run(blocks.get(i));
                if (i + 1 < blocks.size() && blocks.get(i + 1).language().equals("text")) {
                    assertThat(neutral(answer))
                            .as("%s, block %d", page, i + 1)
                            .isEqualTo(neutral(blocks.get(i + 1).text()));
                }
            }
        }
    }

    @Test
    void theReadmeBeginsWithTwoCommands() throws IOException {
        assertThat(blocks(Path.of("README.md")).getFirst().text()).isEqualTo("./muster demo\nmvn verify\n");
    }

    private static List<Block> blocks(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(found -> new Block(found.group(1), found.group(2) != null, found.group(3)))
                .toList();
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** Ids, times and seconds differ from run to run. */
    private static String neutral(String text) {
        return ID.matcher(text)
                .replaceAll("$1_…")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
                .replaceAll("in \\d+\\.\\d s", "in … s");
    }

    private static CommandLine commandLine() {
        Terminal terminal = new Terminal(
                new ByteArrayOutputStream(), new ByteArrayOutputStream(), new StateFolder(Path.of("target")));
        return Cli.commandLine(terminal, new Failures(terminal));
    }

    private static void parse(List<String> words, Path page) {
        try {
            commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        } catch (ParameterException e) {
            throw new AssertionError("%s in %s: %s".formatted(words, page, e.getMessage()), e);
        }
    }

    /**
     * One command of a block.
     *
     * @param words the launcher and its arguments, quotes taken away
     * @param output the file that its answer goes to; empty for the page
     */
    record ShellLine(List<String> words, String output) {

        private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

        static List<ShellLine> of(String text) {
            return text.replace("\\\n", " ")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(ShellLine::parse)
                    .toList();
        }

        private static ShellLine parse(String line) {
            List<String> words = new ArrayList<>(WORD.matcher(line)
                    .results()
                    .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
                    .toList());
            assertThat(words.getFirst()).as("first word of '%s'", line).isEqualTo("./muster");
            int redirection = words.indexOf(">");
            if (redirection < 0) {
                return new ShellLine(words, "");
            }

            String output = words.get(redirection + 1);
            return new ShellLine(words.subList(0, redirection), output);
        }
    }

    /** Runs the commands of a page; files they write are found by later ones, {@code RN_…} is the id seen last. */
    private static final class Shell {

        private final Path folder;
        private String run = "";

        Shell(Path folder) {
            this.folder = folder;
        }

        String run(Block block) throws IOException {
            ByteArrayOutputStream page = new ByteArrayOutputStream();
            for (ShellLine line : ShellLine.of(block.text())) {
                byte[] answer = run(line);
                if (line.output().isEmpty()) {
                    page.writeBytes(answer);
                } else {
                    Files.write(folder.resolve(line.output()), answer);
                }
            }

            return page.toString(StandardCharsets.UTF_8);
        }

        private byte[] run(ShellLine line) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            String[] args = line.words().stream()
                    .skip(1)
                    .map(word -> word.equals("RN_…") ? run : word)
                    .map(word -> Files.exists(folder.resolve(word))
                            ? folder.resolve(word).toString()
                            : word)
                    .toArray(String[]::new);
            int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), args);
            assertThat(exit).as("%s: %s", line.words(), err).isZero();
            ID.matcher(out.toString(StandardCharsets.UTF_8))
                    .results()
                    .filter(id -> id.group(1).equals("RN"))
                    .forEach(id -> run = id.group());
            return out.toByteArray();
        }
    }
}
