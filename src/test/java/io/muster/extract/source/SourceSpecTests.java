package io.muster.extract.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SourceSpecTests {

    private final JsonMapper json = JsonMapper.builder().build();

    @TempDir
    Path temp;

    @Test
    void bindsWithDefaults() {
        SourceSpec spec = json.readValue("""
            {"type": "sftp", "host": "sftp.example.com", "user": "muster",
             "authentication": {"privateKey": "file:/run/secrets/key", "passphrase": "env:PASS"},
             "hostKeys": ["ssh-ed25519 AAAA"], "retries": {"attempts": 2}}
            """, SourceSpec.class);

        assertThat(spec).isInstanceOfSatisfying(SftpSource.class, sftp -> {
            assertThat(sftp.port()).isEqualTo(22);
            assertThat(sftp.directory()).isEqualTo(".");
            assertThat(sftp.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
            assertThat(sftp.retries()).isEqualTo(new Retries(2, Duration.ofSeconds(1), Duration.ofSeconds(30)));
            assertThat(sftp.location()).isEqualTo("sftp://muster@sftp.example.com:22/.");
        });
        assertThat(problems(spec)).isEmpty();
        assertThat(json.readValue(json.writeValueAsString(spec), SourceSpec.class))
                .isEqualTo(spec);
        assertThat(json.readValue("{\"type\": \"folder\", \"path\": \"/data/in\"}", SourceSpec.class))
                .isEqualTo(new FolderSource(Path.of("/data/in")));
    }

    @Test
    void namesWhatIsMissingOrWrong() {
        SourceSpec spec = json.readValue(
                "{\"type\": \"sftp\", \"port\": 70000, \"authentication\": {\"passphrase\": \"env:P\"}}",
                SourceSpec.class);

        assertThat(problems(spec))
                .containsExactlyInAnyOrder(
                        "host: name the server, for example sftp.example.com",
                        "user: name the user who logs in",
                        "port: must be less than or equal to 65535",
                        "authentication.oneWay: give either a password or a privateKey",
                        "authentication.passphraseOfKey: a passphrase belongs to a privateKey");
    }

    @Test
    void refusesASecretInPlainTextWithoutRepeatingIt() {
        assertThatThrownBy(() -> json.readValue("{\"password\": \"hunter2\"}", SftpSource.Authentication.class))
                .hasMessageContaining("A secret must not be written into the job file. Write env:NAME")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void readsSecrets() throws IOException {
        Path file = Files.writeString(temp.resolve("secret"), " s3cret \r\n");

        assertThat(SecretRef.of("env:A").resolve(Map.of("A", "x"))).isEqualTo("x");
        assertThat(SecretRef.of("file:" + file).resolve(Map.of())).isEqualTo(" s3cret ");
        assertThatThrownBy(() -> SecretRef.of("env:A").resolve(Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the environment variable is not set");
        assertThatThrownBy(() -> SecretRef.of("file:/nowhere").resolve(Map.of()))
                .hasMessage("Cannot read the secret file /nowhere: there is no such file. Correct the path.");
        Path large = Files.write(temp.resolve("large"), new byte[(64 << 10) + 1]);
        assertThatThrownBy(() -> SecretRef.of("file:" + large).resolve(Map.of()))
                .hasMessage("Cannot read the secret file " + large
                        + ": it is larger than 64 KiB. Name the file that holds" + " only the secret.");
    }

    private static List<String> problems(SourceSpec spec) {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            Validator validator = factory.getValidator();
            return validator.validate(spec).stream()
                    .map(problem -> problem.getPropertyPath() + ": " + problem.getMessage())
                    .toList();
        }
    }
}
