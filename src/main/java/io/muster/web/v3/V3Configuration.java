package io.muster.web.v3;

import io.muster.access.Bearers;
import io.muster.access.KnownTokens;
import io.muster.app.ContactReading;
import io.muster.directory.store.Directories;
import io.muster.support.Ids;
import io.muster.support.Settings;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The v3 API: its controllers, and what they share. */
@Configuration(proxyBeanMethods = false)
@Import({
    ContactImportController.class,
    ContactsController.class,
    DirectoriesController.class,
    Enveloping.class,
    FrequencyRulesController.class,
    HistoryController.class,
    FilesController.class,
    JsonEventsController.class,
    ListsController.class,
    NotSupportedController.class,
    OauthController.class,
    OpenApiController.class,
    SegmentsController.class,
    TransactionController.class,
    V3Configuration.Arguments.class,
    WhoamiController.class
})
public class V3Configuration {

    @Bean
    V3Settings v3Settings(Environment environment) {
        return V3Settings.read(new Settings(environment::getProperty));
    }

    @Bean
    V3Errors v3Errors() {
        return new V3Errors();
    }

    @Bean
    CallLimits callLimits(V3Settings settings, InstantSource clock) {
        return new CallLimits(settings, clock);
    }

    @Bean
    Credentials credentials(KnownTokens tokens, Bearers bearers, CallLimits limits) {
        return new Credentials(tokens, bearers, limits);
    }

    @Bean
    Links links(V3Settings settings) {
        return new Links(settings.publicUrl());
    }

    @Bean
    SkipToken skipTokens(Ids ids) {
        return new SkipToken(ids);
    }

    @Bean
    Doors doors(Directories directories, ContactReading contacts, Ids ids) {
        return new Doors(directories, contacts, ids);
    }

    @Bean
    WireContacts wireContacts(Ids ids) {
        return new WireContacts(ids);
    }

    /** After the filters that every request passes. */
    @Bean
    FilterRegistrationBean<V3Filter> v3Filter(Credentials credentials, CallLimits limits, V3Errors errors) {
        FilterRegistrationBean<V3Filter> registration =
                new FilterRegistrationBean<>(new V3Filter(credentials, limits, errors));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return registration;
    }

    /** What controllers may ask for. */
    @Configuration(proxyBeanMethods = false)
    static class Arguments implements WebMvcConfigurer {

        private final SkipToken tokens;
        private final Links links;

        Arguments(SkipToken tokens, Links links) {
            this.tokens = tokens;
            this.links = links;
        }

        @Override
        public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
            resolvers.add(new V3Arguments(tokens, links));
        }
    }
}
