package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.app.AuditService;
import io.muster.app.TokenService;
import io.muster.app.UserService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Place;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

    private static Place place(int order, String name, String address) {
        return new Place(order, name, address, List.of(Role.ADMINISTER), false);
    }

    @Bean
    AdminController adminController(ConsolePages pages, AuditService audit, UserService users, TokenService tokens) {
        return new AdminController(pages, audit, users, tokens);
    }
}
