package io.muster.intercept.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.intercept.decide.Creative;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.InterceptDefinition.Schedule;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Tree;
import io.muster.support.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentCodeTests {

    private static final String PROJECT = "ZN_000000000000001";
    private static final int SIX_KILOBYTES = 6_000;

    private final DeploymentCode code = new DeploymentCode(Optional.empty(), Optional.of("https://decide.example"));

    private static InterceptDefinition intercept(int number, boolean active, Schedule schedule, Fallback unavailable) {
        return new InterceptDefinition(
                "SI_00000000000000" + number,
                number,
                100 - number,
                active,
                true,
                null,
                Tree.always(),
                Tree.always(),
                true,
                false,
                schedule,
                Fallback.HIDE,
                unavailable);
    }

    private static ProjectDefinition project(boolean active, InterceptDefinition... intercepts) {
        Creative creative = new Creative(Creative.Type.POPOVER, null, "Two\nlines </script>", "Go", "/s", null);
        return new ProjectDefinition(
                PROJECT,
                active,
                "POOL_000000000000001",
                List.of(),
                "the secret",
                "the key",
                List.of("NULL", " extRef "),
                List.of(intercepts),
                new PageDefinition(
                        true,
                        List.of("cookie:who"),
                        List.of("tier"),
                        Map.of("SI_000000000000001", creative, "SI_000000000000002", creative)));
    }

    private String definitions(ProjectDefinition project) {
        String[] lines = new String(code.of(project).plain(), StandardCharsets.UTF_8).split("\n", -1);
        return lines[lines.length - 3];
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "debugger"})
    void whatIsSentWasMadeOfItsSource(String name) throws IOException {
        byte[] source = Files.readAllBytes(Path.of("src/main/page", name + ".js"));
        String made = Files.readString(Path.of("src/main/resources/io/muster/intercept/page", name + ".min.js"));

        assertThat(made)
                .as("Run src/main/page/minify after a change of a script")
                .startsWith("// Muster. Made of %s.js, sha256 %s\n"
                        .formatted(
                                name, HexFormat.of().formatHex(Sha256.digest().digest(source))));
    }

    @Test
    void theCodeHasSixKilobytesAtMost() {
        assertThat(code.of(project(true)).gzip()).hasSizeLessThan(SIX_KILOBYTES);
    }

    @Test
    void carriesWhatIsInForceAndNoSecret() {
        String definitions = definitions(project(
                true,
                intercept(1, true, Schedule.ALWAYS, Fallback.HIDE),
                intercept(2, true, new Schedule(1, 2, Percentage.EVERYBODY, Percentage.NOBODY), Fallback.SHOW),
                intercept(3, true, Schedule.ALWAYS, Fallback.SHOW)));

        assertThat(definitions).isEqualTo("""
                        {"project":"ZN_000000000000001","ask":"https://decide.example/","create":true,\
                        "references":["cookie:who"],"placeholders":["null","extref"],"intercepts":[\
                        {"id":"SI_000000000000002","created":98,"creative":{"type":"popover","text":"Two\\nlines </script>",\
                        "button":"Go","url":"/s"},"fallback":{"starts":1,"ends":2,"page":{"all":[]}}},\
                        {"id":"SI_000000000000001","created":99,"creative":{"type":"popover","text":"Two\\nlines </script>",\
                        "button":"Go","url":"/s"}}]}""");
    }

    @Test
    void anInterceptThatIsSwitchedOffIsNotSent() {
        assertThat(definitions(project(true, intercept(1, false, Schedule.ALWAYS, Fallback.SHOW))))
                .endsWith("\"intercepts\":[]}");
        assertThat(definitions(project(false, intercept(1, true, Schedule.ALWAYS, Fallback.SHOW))))
                .contains("\"create\":false")
                .endsWith("\"intercepts\":[]}");
    }

    @Test
    void whoIsHeldOutIsNotShownAnythingWithoutAnEvaluator() {
        Schedule some = new Schedule(Long.MIN_VALUE, Long.MAX_VALUE, Percentage.EVERYBODY, new Percentage(1));

        assertThat(definitions(project(true, intercept(1, true, some, Fallback.SHOW))))
                .doesNotContain("fallback");
    }

    @Test
    void theCodeAloneIsTheSameForEveryProject() {
        String path = code.versionedPath(PROJECT);
        String hash = path.substring("/muster/ZN_000000000000001.".length(), path.length() - ".js".length());

        PageScript alone = code.alone(hash).orElseThrow();
        assertThat(new String(alone.plain(), StandardCharsets.UTF_8)).endsWith("(\nnull\n);\n");
        assertThat(code.alone("0123456789abcdef")).isEmpty();
        assertThat(code.integrity()).matches("sha384-[A-Za-z0-9+/]{64}");
    }
}
