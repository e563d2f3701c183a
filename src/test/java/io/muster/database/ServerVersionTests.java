package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.ServerVersion.Product;
import io.muster.support.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTests {

    @Test
    void tellsTheProducts() {
        assertThat(ServerVersion.of("11.4.5-MariaDB-log", "h")).isEqualTo(new ServerVersion(Product.MARIADB, 11, 4));
        assertThat(ServerVersion.of("5.5.5-10.11.6-MariaDB-0+deb12u1", "h"))
                .isEqualTo(new ServerVersion(Product.MARIADB, 10, 11));
        assertThat(ServerVersion.of("9.7.0", "h")).isEqualTo(new ServerVersion(Product.MYSQL, 9, 7));
        assertThat(ServerVersion.of("8.4.3-commercial", "h")).isEqualTo(new ServerVersion(Product.MYSQL, 8, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.0.36", "5.7.44-log", "10.6.16-MariaDB", "10.5.0-MariaDB", "8.0.11-TiDB-v7.5.0", "none"})
    void refusesWhatIsTooOld(String version) {
        assertThatThrownBy(() -> ServerVersion.of(version, "db:3306"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the database at db:3306: its version is " + version
                        + ". Use MySQL 8.4 or later, or MariaDB 10.11 or later.");
    }
}
