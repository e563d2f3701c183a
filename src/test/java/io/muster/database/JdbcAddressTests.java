package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcAddressTests {

    @Test
    void takesAUrlApart() {
        JdbcAddress address = JdbcAddress.parse("jdbc:mysql://db.example:3307/crm?user=a&password=p%26%3D+x&useSSL");

        assertThat(address.server()).isEqualTo("jdbc:mysql://db.example:3307");
        assertThat(address.schema()).contains("crm");
        assertThat(address.parameters())
                .containsExactlyInAnyOrderEntriesOf(Map.of("user", "a", "password", "p&=+x", "useSSL", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql://h", "jdbc:mysql://h/", "jdbc:mysql://h?user=u", "jdbc:mysql://h/?user=u"})
    void leavesTheSchemaOpenWhereTheUrlNamesNone(String url) {
        assertThat(JdbcAddress.parse(url).schema()).isEmpty();
    }

    @Test
    void acceptsTheOtherDriversPrefix() {
        assertThat(JdbcAddress.parse("jdbc:mariadb://h/x").url("x")).isEqualTo("jdbc:mysql://h/x");
    }

    @Test
    void keepsSeveralHosts() {
        assertThat(JdbcAddress.parse("jdbc:mysql:loadbalance://a:1,b:2/x").url("x"))
                .isEqualTo("jdbc:mysql:loadbalance://a:1,b:2/x");
    }

    @Test
    void showsNoCredentials() {
        assertThat(JdbcAddress.parse("jdbc:mysql://root:secret@h:1/x?password=secret")
                        .display())
                .isEqualTo("h:1");
    }

    @Test
    void letsTheUrlOverrideDefaultsWhateverTheirCase() {
        assertThat(JdbcAddress.parse("jdbc:mysql://h/?CONNECTTIMEOUT=1")
                        .properties(Map.of("connectTimeout", "2", "tcpKeepAlive", "true")))
                .containsEntry("CONNECTTIMEOUT", "1")
                .containsEntry("tcpKeepAlive", "true")
                .doesNotContainKey("connectTimeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mysql://h", "jdbc:postgresql://h/x", "jdbc:mysql:h", "localhost:3306"})
    void refusesWhatIsNoUrlWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> JdbcAddress.parse(url))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use MUSTER_DATABASE_URL: it is no JDBC URL of MySQL or MariaDB. Give one like"
                        + " jdbc:mysql://localhost:3306/?user=muster.");
    }
}
