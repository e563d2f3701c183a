package io.muster.web.console.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.access.Role;
import io.muster.support.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTests {

    private final Map<String, String> given = new HashMap<>(Map.of(
            "muster.oidc.issuer", "https://login.example.com/realms/company",
            "muster.oidc.client-id", "muster",
            "muster.oidc.roles", "heads=administer"));

    private ProviderSettings read() {
        return ProviderSettings.read(new Settings(given::get)).orElseThrow();
    }

    @Test
    void withoutAnIssuerThereIsNoProviderAndPasswordsCount() {
        given.remove("muster.oidc.issuer");
        given.put("muster.oidc.passwords", "off");

        assertThat(ProviderSettings.read(new Settings(given::get))).isEmpty();
        assertThat(ProviderSettings.passwords(new Settings(given::get))).isTrue();
    }

    @Test
    void theUsualOnesDoForAPublicClient() {
        assertThat(read().name()).isEqualTo("login.example.com");
        assertThat(read().scopes()).containsExactly("openid", "profile", "email");
        assertThat(read().claim()).isEqualTo("groups");
        assertThat(read().secret()).isEmpty();
        assertThat(read().everywhere()).isTrue();
    }

    @Test
    void aGroupMayBeWrittenWithEqualsSignsAndBeWorthSeveralRoles() {
        given.put("muster.oidc.roles", " cn=a,dc=b = access ;\n night=operate; night=Manage;");

        assertThat(read().roles())
                .isEqualTo(Map.of(
                        "cn=a,dc=b", Set.of(Role.ACCESS),
                        "night", Set.of(Role.OPERATE, Role.MANAGE)));
    }

    @Test
    void withoutOpenidNothingIsAskedFor() {
        given.put("muster.oidc.scopes", "groups, email");

        assertThat(read().scopes()).isEqualTo(List.of("openid", "groups", "email"));
    }

    @Test
    void theSecretMayBeInAFileAndIsNeverInAText(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "very secret\n");
        given.put("muster.oidc.client-secret-file", file.toString());

        assertThat(read().secret()).contains("very secret");
        assertThat(read().toString()).doesNotContain("very secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.com",
                "login.example.com",
                "https://",
                "https://user@login.example.com",
                "https://login.example.com?x=y",
                "ftp://login.example.com"
            })
    void anIssuerThatAnybodyCouldPlayIsRefused(String issuer) {
        given.put("muster.oidc.issuer", issuer);

        assertThatThrownBy(this::read)
                .hasMessage(
                        "Cannot use the setting muster.oidc.issuer (MUSTER_OIDC_ISSUER): '%s' is no address with https of at most 255 characters, as the provider writes it. Write for example https://login.example.com.",
                        issuer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"})
    void onThisMachineThereIsNobodyBetween(String issuer) {
        given.put("muster.oidc.issuer", issuer);

        assertThat(read().issuer()).isEqualTo(issuer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "heads=king | names the role 'king', which is none of access, manage, operate, administer.",
                "heads | has an entry without a value or a role, 'heads'.",
                "=access | has an entry without a value or a role, '=access'.",
            })
    void aMapThatSaysNothingIsRefused(String map, String reason) {
        given.put("muster.oidc.roles", map);

        assertThatThrownBy(this::read)
                .hasMessage(
                        "Cannot use the setting muster.oidc.roles (MUSTER_OIDC_ROLES): '%s' %s Write for example crm-team=access; crm-heads=administer.",
                        map, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"muster.oidc.client-id", "muster.oidc.roles"})
    void whatAProviderCannotDoWithoutIsAskedFor(String name) {
        given.remove(name);

        assertThatThrownBy(this::read).hasMessageStartingWith("Cannot do without the setting " + name);
    }

    @Test
    void claimsAreFoundByNameOrByPath() {
        Claims claims = new Claims(Map.of(
                "groups", List.of("a", "b"),
                "https://example.com/roles", "one",
                "realm_access", Map.of("roles", List.of("c"))));

        assertThat(claims.texts("groups")).contains(List.of("a", "b"));
        assertThat(claims.texts("https://example.com/roles")).contains(List.of("one"));
        assertThat(claims.texts("realm_access.roles")).contains(List.of("c"));
        assertThat(claims.texts("realm_access.none")).isEmpty();
        assertThat(claims.texts("groups.none")).isEmpty();
    }
}
