<?php
// Every request that names no file of the site goes to WordPress: php -S 127.0.0.1:PORT router.php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($_SERVER['DOCUMENT_ROOT'] . $path)) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
define('WP_USE_THEMES', true);
require __DIR__ . '/settings.php';
wp();
require ABSPATH . WPINC . '/template-loader.php';
