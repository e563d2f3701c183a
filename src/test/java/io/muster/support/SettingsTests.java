package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTests {

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private static Settings settings(String name, String value) {
        return new Settings(Map.of(name, value)::get);
    }

    @Test
    void takesTheUsualValueOfWhatIsNotSetOrBlank() {
        for (Settings settings : new Settings[] {new Settings(name -> null), settings("muster.a.b", "  ")}) {
            assertThat(settings.text("muster.a.b")).isEmpty();
            assertThat(settings.number("muster.a.b", 5, 1, 9)).isEqualTo(5);
            assertThat(settings.duration("muster.a.b", Duration.ofSeconds(7))).hasSeconds(7);
            assertThat(settings.bytes("muster.a.b", "512M")).isEmpty();
            assertThat(settings.one("muster.a.b", Colour.class, Colour.RED)).isEqualTo(Colour.RED);
        }
    }

    @Test
    void takesBothBoundsOfANumber() {
        assertThat(settings("muster.a.b", " 1 ").number("muster.a.b", 5, 1, 9)).isEqualTo(1);
        assertThat(settings("muster.a.b", "9").number("muster.a.b", 5, 1, 9)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "-1", "two", "1.5", "99999999999", "٣"})
    void namesTheSettingTheVariableAndAnExample(String value) {
        assertThatThrownBy(() -> settings("muster.a.b-c", value).number("muster.a.b-c", 5, 1, 9))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the setting muster.a.b-c (MUSTER_A_B_C): '%s' is no number from 1 to 9."
                                + " Write for example 5.",
                        value);
    }

    @Test
    void readsWordsInAnyCase() {
        assertThat(settings("muster.a.b", "Dark-Blue").one("muster.a.b", Colour.class, Colour.RED))
                .isEqualTo(Colour.DARK_BLUE);
        assertThatThrownBy(() -> settings("muster.a.b", "green").one("muster.a.b", Colour.class, Colour.RED))
                .hasMessage("Cannot use the setting muster.a.b (MUSTER_A_B): 'green' is none of red, dark-blue."
                        + " Write for example red.");
    }
}
