<?php
// Makes the site with its people, and prints an application password for each: NAME ROLE …
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require __DIR__ . '/settings.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Regionen', 'admin', 'admin@regionsolviken.example', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Europe/Stockholm');
flush_rewrite_rules();

$passwords = [];
foreach (array_chunk(array_slice($argv, 1), 2) as [$name, $role]) {
    $person = wp_insert_user([
        'user_login' => $name,
        'user_email' => "$name@regionsolviken.example",
        'user_pass' => wp_generate_password(),
        'role' => $role,
    ]);
    [$passwords[$name]] = WP_Application_Passwords::create_new_application_password(
        $person,
        ['name' => 'Budkavle']
    );
}
echo json_encode($passwords);
