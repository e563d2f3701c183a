package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.app.AuditService;
import io.muster.app.DirectoryService;
import io.muster.app.SettingsService;
import io.muster.app.TokenService;
import io.muster.app.UserService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.OpenSessions;
import io.muster.web.console.page.Place;
import io.muster.web.console.provider.SignInWays;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Pages of who administers. */
@Configuration(proxyBeanMethods = false)
public class AdminPagesConfiguration {

    @Bean
    Place usersPlace() {
        return place(800, "Users", "/admin/users");
    }

    @Bean
    Place tokensPlace() {
        return place(810, "API tokens", "/admin/tokens");
    }

    @Bean
    Place auditPlace() {
        return place(820, "Audit log", "/admin/audit");
    }

    @Bean
    Place settingsPlace() {
        return place(830, "Settings", "/admin/settings");
    }

    private static Place place(int order, String name, String address) {
        return new Place(order, name, address, List.of(Role.ADMINISTER), false);
    }

    @Bean
    UsersController usersController(
            ConsolePages pages,
            UserService users,
            DirectoryService directories,
            OpenSessions sessions,
            SignInWays ways) {
        return new UsersController(pages, users, directories, sessions, ways);
    }

    @Bean
    TokensController tokensController(ConsolePages pages, TokenService tokens, DirectoryService directories) {
        return new TokensController(pages, tokens, directories);
    }

    @Bean
    AuditController auditController(ConsolePages pages, AuditService audit, JsonMapper json) {
        return new AuditController(pages, audit, json);
    }

    @Bean
    AllSettingsController allSettingsController(ConsolePages pages, SettingsService settings) {
        return new AllSettingsController(pages, settings);
    }
}
