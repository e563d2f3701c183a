package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsTests {

    private static DatabaseSettings read(Map<String, String> properties) {
        return DatabaseSettings.read(new StateFolder(Path.of("home")), properties::get);
    }

    @Test
    void runsTheEmbeddedServerWhenNothingIsSet() {
        DatabaseSettings settings = read(Map.of());

        assertThat(settings.url()).isEmpty();
        assertThat(settings.embedded().linger()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.embedded().bufferPool()).isBetween(128L << 20, 4096L << 20);
        assertThat(settings.embedded().folder())
                .isEqualTo(Path.of("home/database").toAbsolutePath());
    }

    @ParameterizedTest
    @CsvSource({
        "512M,536870912",
        "512m,536870912",
        "4G,4294967296",
        "1 GiB,1073741824",
        "2GB,2147483648",
        "33554432,33554432"
    })
    void readsSizes(String text, long bytes) {
        assertThat(read(Map.of("muster.embedded.buffer-pool", text)).embedded().bufferPool())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"90,PT1M30S", "90s,PT1M30S", "5m,PT5M", "0,PT0S", "PT2H,PT2H", "1.5s,PT1.5S"})
    void readsDurations(String text, Duration duration) {
        assertThat(read(Map.of("muster.embedded.linger", text)).embedded().linger())
                .isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "muster.embedded.buffer-pool, much, is no size of 16M or more, 512M",
        "muster.embedded.buffer-pool, 1M, is no size of 16M or more, 512M",
        "muster.embedded.linger, -5s, is no length of time, 60s",
        "muster.embedded.linger, soon, is no length of time, 60s",
        "muster.database.wait, PT-5S, is no length of time, 30s",
        "muster.database.connections, 1, is no number from 2 to 1000, 12",
        "muster.database.connections, x, is no number from 2 to 1000, 12"
    })
    void namesTheSettingThatIsWrong(String name, String text, String reason, String example) {
        assertThatThrownBy(() -> read(Map.of(name, text)))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the setting %s (%s): '%s' %s. Write for example %s.",
                        name, Settings.variable(name), text, reason, example);
    }

    @Test
    void readsSecretsFromFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "geheim\n");

        assertThat(read(Map.of("muster.database.password-file", file.toString()))
                        .password())
                .contains("geheim");
        assertThatThrownBy(() -> read(Map.of("muster.database.user-file", folder + "/none")))
                .hasMessageStartingWith(
                        "Cannot read the file that the setting muster.database.user-file (MUSTER_DATABASE_USER_FILE)"
                                + " names: ");
    }

    @Test
    void hidesCredentials() {
        assertThat(read(Map.of("muster.database.url", "jdbc:mysql://h:1/?password=geheim"))
                        .toString())
                .isEqualTo("DatabaseSettings[h:1]");
    }
}
