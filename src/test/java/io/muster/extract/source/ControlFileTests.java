package io.muster.extract.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFileTests {

    private static final String MD5_OF_ABC = "900150983cd24fb0d6963f7d28e17f72";
    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rows=3\nsha256=" + SHA_OF_ABC,
                "# sent by night\r\n\r\nRow_Count : 3\r\nSHA-256: " + SHA_OF_ABC + "\r\nsender=x",
                "{\"records\": 3, \"checksum\": \"" + SHA_OF_ABC + "\", \"more\": {\"a\": 1}}",
                "\uFEFFcount=3\n" + SHA_OF_ABC + "  contacts.csv\n"
            })
    void readsEveryForm(String text) {
        assertThat(ControlFile.parse("a.ctl", text))
                .isEqualTo(new ControlFile(3L, new ControlFile.Checksum(ControlFile.Algorithm.SHA_256, SHA_OF_ABC)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing here",
                "sender=x",
                "rows=many",
                "rows=-1",
                "md5=123",
                "{\"rows\":",
                "{}",
                "sha256=" + MD5_OF_ABC
            })
    void refusesWhatItCannotRead(String text) {
        assertThatThrownBy(() -> ControlFile.parse("a.ctl", text))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot read the control file a.ctl: ")
                .hasMessageEndingWith("Write for example rows=1200 and sha256=…, a line each.");
    }

    @Test
    void comparesRowsAndContent() throws IOException {
        Path spool = Files.writeString(temp.resolve("1"), "abc");
        ControlFile right = ControlFile.parse("a.ctl", "rows=3\nmd5=" + MD5_OF_ABC.toUpperCase(java.util.Locale.ROOT));
        right.checkContent("a.csv", spool);
        right.checkRows("a.csv", 3);
        ControlFile.parse("a.ctl", SHA_OF_ABC).checkContent("a.csv", spool);

        assertThatThrownBy(() -> right.checkRows("a.csv", 4))
                .hasMessage(
                        "Cannot take a.csv: its control file states 3 rows, but the file has 4. Have both delivered again.");
        Files.writeString(spool, "abd");
        assertThatThrownBy(() -> right.checkContent("a.csv", spool))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("its control file states the MD5 checksum " + MD5_OF_ABC + ", but the file has ");
    }
}
